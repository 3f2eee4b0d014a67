"""HTML bodies: what is a paragraph, what is cut, and that nothing else is."""

from __future__ import annotations

import pytest

from processors.edits import restore
from processors.html import remove, split_html

PARAGRAPHS = [
    ("<p>One</p><p>Two</p>", ["One", "Two"], "a block element is a paragraph"),
    ("<p>One<p>Two", ["One", "Two"], "an end tag may be missing"),
    ("<p>Fish &amp; chips&nbsp;&lt;5</p>", ["Fish & chips\u00a0<5"], "entities are decoded"),
    ("<p>a &#x2014; b &#8212 c &copy d</p>", ["a \u2014 b \u2014 c © d"], "also without semicolon"),
    ("<p>a\n   b\t c</p>", ["a b c"], "white space is one space"),
    ("<p><b>A</b><i>B</i> c</p>", ["AB c"], "inline elements set nothing apart"),
    (
        "one<br><br>two<br/>\n<br />three",
        ["one", "two", "three"],
        "two breaks are a paragraph's end",
    ),
    ("<p>one<br>two</p>", ["one\ntwo"], "one break inside a paragraph element is not"),
    ("<div>one<br>two</div>", ["one", "two"], "lines of a container are paragraphs"),
    ("<div>a<br>b<br><br>c</div>", ["a\nb", "c"], "unless blank lines set them apart"),
    ("<pre>one\ntwo\n\nthree</pre>", ["one\ntwo", "three"], "preformatted text is as plain text"),
    ("<pre>\none\r\ntwo</pre>", ["one", "two"], "also without blank lines"),
    ("<div>x<p>y</p>z</div>", ["x", "y", "z"], "text around a block"),
    ("<ul><li>a<li><p>b</p></ul>", ["a", "b"], "items of a list"),
    ("<dl><dt>a<dd>b</dl>", ["a", "b"], "terms and their meaning"),
    ("<table><tr><td>a</td><td>1</td></tr><tr><td>b<td>2</table>", ["a 1", "b 2"], "a row is one"),
    (
        "<table><tr><td><p>a</p><p>b</p></td><td>c</td></tr></table>",
        ["a", "b", "c"],
        "unless its cells hold blocks",
    ),
    ("<h1>T</h1>x<hr>y", ["T", "x", "y"], "headings and rules"),
    ("a<!-- <p>no</p> -->b", ["ab"], "a comment is not seen"),
    ("a<script>'<p>no'</script>b", ["ab"], "nor a script"),
    ("<title>t</title><p>x", ["x"], "nor a title"),
    ("<p>a</p></div></b>b", ["a", "b"], "end tags without their start"),
    ("a </ b c> d <e", ["a d"], "bogus comments and a broken end, as browsers see them"),
    ("1 < 2 <3 & 4", ["1 < 2 <3 & 4"], "a < before a space or digit is text"),
    ('<p title="a > b">c</p>', ["c"], "> in a quoted value ends no tag"),
    ("<p>قال <b>المتحدث</b> باسم</p>", ["قال المتحدث باسم"], "right to left is left alone"),
    ("<P>A</P><BR><BR>B", ["A", "B"], "capitals do not matter"),
    ("<p>&zwnj;&#8203;</p><p> </p><p>a</p>", ["a"], "what shows nothing is no paragraph"),
    ("<x-card>a</x-card><p>b</p>", ["a", "b"], "an unknown element is inline"),
    ("&#" + "9" * 5000 + "; a", ["\ufffd a"], "a number beyond all characters"),
    (
        "<p>a</p><video src=x>Your browser shows none</video><p>b</p>",
        ["a", "b"],
        "a video's fallback",
    ),
    ("<audio>x<p>y</p></audio>a<canvas>z</canvas>", ["a"], "of a sound, and a drawing"),
    ("<video>a<p>b", ["a", "b"], "a video that never ends swallows nothing"),
]


@pytest.mark.parametrize(("source", "texts", "reason"), PARAGRAPHS)
def test_paragraphs_are_what_a_reader_sees_set_apart(source, texts, reason):
    parsed = split_html(source)
    assert [span.text for span in parsed.spans] == texts, reason


LISTED = [
    ("<ul><li>a</li></ul>", True, "an item of a list"),
    ("<li><p>a</p></li>", True, "a paragraph inside one"),
    ("<p>a</p>", False, "a paragraph"),
    ("<p>- a</p>", True, "a list marker in the text"),
    ("<table><tr><td>a<td>b</table>", True, "a table row"),
    ("<table><tr><td>a</table>", False, "a table used as a frame"),
    ("<ul><li>x</ul><p>a</p>", False, "a paragraph after a list"),
]


@pytest.mark.parametrize(("source", "listed", "reason"), LISTED)
def test_what_stands_in_a_list_or_a_table_is_listed(source, listed, reason):
    assert split_html(source).spans[-1].listed is listed, reason


CLEANED = [
    ("<p>a<script>x()</script></p>", "<p>a</p>", "a script"),
    ("<script>if (a</b>) '</scr'</script>b", "b", "its text is not markup"),
    ("<script><!--<script></script>--></script>b", "b", "a script inside a script's comment"),
    ("a<script>never closed <p>b", "a", "a script without end swallows the rest, as in a browser"),
    ("a<script><!--<script></script>b", "a", "nor does the end of a script inside a comment end it"),
    ("<style>p {}</style>a", "a", "a style sheet"),
    ("a<!-- c -->b", "ab", "a comment"),
    ("a<!-->b", "ab", "a comment closed at once"),
    ("a<!-- c --!>b", "ab", "a comment closed wrongly"),
    ("a<![CDATA[x]]>b", "ab", "CDATA is a comment in HTML"),
    ("a<?php x ?>b", "ab", "so is an instruction"),
    ("<iframe src=x>y</iframe>a", "a", "a frame"),
    ("<iframe src=x><p>a", "<p>a", "one without end costs no text"),
    ("<object data=x><embed src=y></object>a", "a", "an object"),
    ("<svg onload=x()><path/></svg>a", "a", "SVG"),
    ("<math><mtext><style></math>a", "a", "MathML"),
    ("<noscript><img src=x></noscript>a", "a", "a fallback"),
    ("<video src=x><p>No video here</p></video>a", None, "a fallback that nobody sees stays"),
    ("<template><p>x</p></template>a", "a", "a template"),
    ("<form action=javascript:x><p>a</p><input onfocus=x autofocus></form>", "<p>a</p>", "a form, not what it holds"),
    ("<button onclick=x>Share</button>a", "a", "a control"),
    ("<meta http-equiv=refresh content='0;url=x'><base href=y><link rel=z>a", "a", "what acts on the page"),
    ("<p onclick=\"x('>')\" class=c>a</p>", "<p  class=c>a</p>", "an event handler"),
    ("<p/onclick=x>a</p>", "<p/>a</p>", "one behind a slash"),
    ('<p id="b"onclick=c>a</p>', '<p id="b">a</p>', "one without space before it"),
    ("<p ONCLICK=x>a</p>", "<p >a</p>", "one in capitals"),
    ('<a href="javascript:x">a</a>', "<a >a</a>", "a script URL"),
    ('<a href=" java&#10;script&colon;x">a</a>', "<a >a</a>", "one in disguise"),
    ('<a href="&#0000000000106avascript:x">a</a>', "<a >a</a>", "one with a number for a letter"),
    ('<a href="data:text/html,x">a</a>', "<a >a</a>", "a page in a URL"),
    ('<img src="data:image/png;base64,x">a', '<img src="data:image/png;base64,x">a', "a picture in a URL stays"),
    ('<a href="http://x/?a=1&amp;b=2" target=_blank>a</a>', None, "a link stays"),
    ('<p style="color:red" class=x lang=ar dir=rtl>a</p>', None, "a style that does nothing stays"),
    ('<p style="width:expression(x)">a</p>', "<p >a</p>", "one that runs goes"),
    ("<video src=x controls></video><figure><img src=y><figcaption>a</figcaption></figure>", None, "media stay"),
    ("a<p><em>b</em></p><table><tr><td>c</td></tr></table>", None, "markup stays"),
    ("<a href onclick='' =javascript:x>a</a>", "<a href  >a</a>", "a hole makes no value of its neighbour"),
    ("<<!-- -->script>a", "script>a", "a hole makes no tag"),
    ("<<script></script><!-- -->/p>a", "/p>a", "nor two holes in a row"),
    ("a < <!-- -->b", "a < b", "a < that begins nothing stays"),
    ("a<b", "a", "a tag that never ends"),
    ("<plaintext>a<script>x</script>", "a", "what would show the rest as text"),
    ("<title>never closed<p onclick=x>a", "never closed<p >a", "a title that would hide the rest"),
]  # fmt: skip


@pytest.mark.parametrize(("source", "cleaned", "reason"), CLEANED)
def test_what_could_run_is_cut_and_nothing_else(source, cleaned, reason):
    parsed = split_html(source)
    result, edits = remove(source, parsed, ())
    assert result == (source if cleaned is None else cleaned), reason
    assert restore(result, edits) == source


DROPPED = [
    ("<p>a</p>\n<p>b</p>", 0, "\n<p>b</p>", "a paragraph goes with its tags"),
    ("<ul><li>a</li><li>b</li></ul>", 0, "<ul><li>b</li></ul>", "an item too"),
    ("<ul><li>a<li>b</ul>", 0, "<ul><li>b</ul>", "also where its end tag is missing"),
    ("<ul><li><p>a</p></li><li>b</li></ul>", 0, "<ul><li>b</li></ul>", "no empty bullet stays"),
    ("<ul><li>a</li></ul><p>b</p>", 0, "<p>b</p>", "nor an empty list"),
    ("<p>a<img src=x></p>", 0, "<p><img src=x></p>", "a picture stays"),
    ("<div><p>a</p><img src=x></div>", 0, "<div><img src=x></div>", "also beside a paragraph"),
    ("<p>x</p>a<br><br>b<br><br>c", 2, "<p>x</p>a<br><br>c", "a part goes with the breaks before it"),
    ("a<br><br>b<br><br>c", 0, "b<br><br>c", "or after it where it is the first"),
    ("<b>a<br><br>b</b>", 0, "<b>b</b>", "tags around it stay"),
    ("a <i>x<br><br>y</i> b", 0, "<i>y</i> b", "tags that would be unpaired stay"),
    ("<b><p>a</b></p>c", 0, "<b><p></b></p>c", "also of broken markup, and what keeps text apart"),
    ("x<p>a</p>y", 1, "x<p></p>y", "a block between two texts keeps them apart"),
    ("<table><tr><td>a<td>1</tr><tr><td>b<td>2</tr></table>", 0, "<table><tr><td>b<td>2</tr></table>", "a row goes whole"),
    ("<table><tr><td>a<p>b</p></td><td>c</td></tr></table>", 2, "<table><tr><td>a<p>b</p></td><td></td></tr></table>", "a cell stays in its place"),
    ("<div>a<script>x</script></div><p>b", 0, "<p>b", "with what could run inside"),
    ("<pre>a\n\nb\n\nc</pre>", 1, "<pre>a\n\nc</pre>", "preformatted"),
    ("<html><body><p>a</p></body></html>", 0, "<html><body></body></html>", "the page stays"),
]  # fmt: skip


@pytest.mark.parametrize(("source", "index", "cleaned", "reason"), DROPPED)
def test_a_dropped_paragraph_leaves_balanced_markup(source, index, cleaned, reason):
    result, edits = remove(source, split_html(source), {index})
    assert result == cleaned, reason
    assert restore(result, edits) == source
