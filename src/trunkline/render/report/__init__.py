"""A project as one document: what is in it, what is wrong with it, what was done with it."""

from trunkline.render.report.build import make_report
from trunkline.render.report.model import Content, Report
from trunkline.render.report.page import MARK, report_page
from trunkline.render.report.plain import report_json, report_text

__all__ = ["MARK", "Content", "Report", "make_report", "report_json", "report_page", "report_text"]
