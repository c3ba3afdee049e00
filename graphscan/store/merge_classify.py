"""Classify rules of all sources: sensitivity and labels by selector, for whatever the merged view holds."""

import duckdb

from graphscan.errors import SelectorError, StoreError
from graphscan.select import parse


def apply(connection: duckdb.DuckDBPyConnection) -> None:
    """
    Apply every classify rule to `base.node`, by source name and order; a rule sees what those before it did.

    Raises:
        StoreError: a selector that this version cannot read.
    """
    rules = connection.execute("""
        SELECT source, selector, nullif(sensitivity, ''), coalesce(labels, [])
        FROM raw.classify_row JOIN raw.import USING (imp)
        ORDER BY source, "order", selector, sensitivity, labels""").fetchall()
    for source, selector, sensitivity, labels in rules:
        try:
            condition, values = parse(selector).where()
        except SelectorError as error:
            raise StoreError(
                f"the classify rule `{selector}` of `{source}` cannot be read: {error.message}",
                f"correct it and import `{source}` again",
            ) from error
        connection.execute(
            "CREATE OR REPLACE TABLE raw.matched AS SELECT n FROM base.node AS node WHERE " + condition, values
        )
        if sensitivity is not None:
            connection.execute(
                "UPDATE base.node SET sensitivity = ? WHERE n IN (SELECT n FROM raw.matched)", [sensitivity]
            )
        if labels:
            connection.execute(
                """UPDATE base.node SET labels = list_sort(list_distinct(list_concat(labels, ?::VARCHAR[])))
                   WHERE n IN (SELECT n FROM raw.matched)""",
                [labels],
            )
    if any(labels for _, _, _, labels in rules):
        # Changing a list moves its row to the end of the table.
        connection.execute("CREATE OR REPLACE TABLE base.node AS SELECT * FROM base.node ORDER BY n")
