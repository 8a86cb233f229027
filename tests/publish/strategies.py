"""Matrices that hypothesis draws: any state, and text as hostile as a release may send it."""

from hypothesis import strategies as st

from harness.model import Kind, Matrix, Status

from .matrices import Said, matrix, question, release

HOSTILE = st.one_of(
    st.text(max_size=40),
    st.text("|\\`*_[]<>&~$#!:/\n\r\t\x1b\x00\u2028\u202e ab", max_size=40),
    st.sampled_from(
        [
            "\\| a \\\\| b",
            "<!-- table: end -->",
            "</td><script>alert(1)</script>",
            "[x](javascript:alert(1)) ![y](z) <http://a.b> http://a.b/_c_|d www.a.b",
            "**bold** _it_ __it__ `code` ~~gone~~ $x$ &amp; &#124; &lt;",
            "\x1b[2J\x1b[31mred",
            "a | b\n| --- | --- |\n\n# heading",
        ]
    ),
)
NUMBERS = st.floats(allow_nan=True, allow_infinity=True)
RELEASES = ("tf-1.4.1", "tf-2.10.1", "tf-2.16.2", "tf-2.18.1+keras-3.0.5")
OBSERVED = [status for status in Status if status not in {Status.CONTRADICTORY, Status.NOT_RUN}]


@st.composite
def said(draw: st.DrawFn, kind: Kind) -> Said:
    """Draw what a release said to one question."""
    status = draw(st.sampled_from(OBSERVED))
    numeric = kind is Kind.NUMERIC
    answers = st.sampled_from(("valid", "sum") if numeric else ("stops", "continues"))
    answered = status is Status.ANSWERED
    number = answered or status in {Status.UNEXPLAINED, Status.AMBIGUOUS}
    return Said(
        status=status,
        answer=draw(answers) if answered else None,
        second=draw(answers) if answered else None,
        reason=draw(HOSTILE),
        observed=draw(NUMBERS) if numeric and number else None,
        hypotheses=draw(st.dictionaries(HOSTILE, NUMBERS, max_size=2)) if numeric else {},
    )


@st.composite
def matrices(draw: st.DrawFn) -> Matrix:
    """Draw a matrix in which any cell may be missing, and at least one is measured."""
    rows = [
        release(
            name,
            *draw(st.sets(st.sampled_from(["a", "b"]))),
            keras=draw(st.sampled_from([None, "keras==3.0.5", "keras==3.9.2", "keras==odd"])),
            tags=draw(st.sampled_from([("tf2",), ("candidate",)])),
        )
        for name in RELEASES
    ]
    asked = [
        question("one.loss", title=draw(HOSTILE) or "?"),
        question("one.mask", Kind.CATEGORICAL, why=draw(HOSTILE) or "?"),
        question("two.loss"),
    ]
    words = {(rows[0].id, asked[0].id): Said(answer="valid", observed=1.0)}
    for row in rows:
        for one in asked:
            if (row.id, one.id) not in words and draw(st.booleans()):
                words[row.id, one.id] = draw(said(one.kind))
    return matrix(rows, asked, words)
