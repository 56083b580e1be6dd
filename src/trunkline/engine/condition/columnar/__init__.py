"""A condition over columns instead of rows. Needs the extra `columns` (https://arrow.apache.org/docs/python/).

The rows are the reference: whatever a column cannot say exactly is looked at value by value.
"""

from trunkline.engine.condition.columnar.rows import rows_of
from trunkline.engine.condition.columnar.table import table_truths
from trunkline.engine.condition.columnar.views import FALSE, TRUE, exact

__all__ = ["FALSE", "TRUE", "exact", "rows_of", "table_truths"]
