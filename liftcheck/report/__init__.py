"""A session, or two of them, as one self-contained HTML page for the coach; no script, prints on A4 and Letter."""

from liftcheck.report.comparison import Comparison, Measure, compare
from liftcheck.report.page import comparison_page, report

__all__ = ["Comparison", "Measure", "compare", "comparison_page", "report"]
