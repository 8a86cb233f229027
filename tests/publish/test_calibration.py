"""The page of a calibration, as a whole."""

from harness.judge.calibration import Calibration, Rate
from harness.publish.calibration import render_calibration

FOUND = [
    Calibration(
        planted=1.0,
        called=Rate(share=0.041, low=0.012, high=0.1),
        blocks=14.52,
        ratio=Rate(share=0.9994, low=0.99, high=1.009),
        student=0.21,
        mann_whitney=0.0,
    ),
    Calibration(
        planted=1.05,
        called=Rate(share=1.0, low=0.95, high=1.0),
        blocks=8.0,
        ratio=Rate(share=1.05, low=1.041, high=1.06),
        student=1.0,
        mann_whitney=0.025,
    ),
]


def test_the_page() -> None:
    page = render_calibration(FOUND, (0.0412, 0.018), ("tf-2.21.0 on a|b", "30 blocks"))
    sections = page.split("\n\n")
    assert "tf-2.21.0 on a&#124;b. 30 blocks. Processes spread by 4.1 %, the samples" in sections[2]
    assert sections[3] == (
        "| Planted | Called different | Blocks taken | Measured ratio | Student's t "
        "| Mann-Whitney, 10 % |\n"
        "| --- | --- | --- | --- | --- | --- |\n"
        "| nothing | 4.1 % (1.2 % to 10.0 %) | 14.5 | × 0.999 (0.990 to 1.009) | 21.0 % | 0.0 % |\n"
        "| 5 % slower | 100.0 % (95.0 % to 100.0 %) | 8.0 | × 1.050 (1.041 to 1.060) | 100.0 % "
        "| 2.5 % |"
    )
    assert page.endswith("medians are also 10 % apart.\n")
