"""Reading a range again: in place, where the group's offsets go back, or beside the live run.

``targets`` finds the offsets that are meant; ``inplace`` moves a group that is ``quiet``, and
``undo`` puts it back. ``job`` is the plan of a run beside; ``planning`` makes one, ``running``
carries it out, ``comparing`` tells how what came of it differs from the live output, and
``forgetting`` takes it all away again.
"""
