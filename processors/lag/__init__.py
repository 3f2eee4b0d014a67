"""Whether a group keeps up with a partition: ``judge`` gives figures, a verdict, and why.

``window`` is what was seen and the figures in it, ``rules`` the verdicts, ``words`` their
sentences. What is not known is None, never zero. Times are milliseconds since 1970.
"""

from processors.lag.judge import Judgement, judge, worst
from processors.lag.rules import VERDICTS, Patience, Verdict
from processors.lag.window import Window

__all__ = ["VERDICTS", "Judgement", "Patience", "Verdict", "Window", "judge", "worst"]
