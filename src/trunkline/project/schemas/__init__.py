"""JSON Schemas of every file that people write, made from what the readers of those files declare."""

from trunkline.project.schemas.all import SCHEMAS, Schema, schema_file, schema_text, write_schemas

__all__ = ["SCHEMAS", "Schema", "schema_file", "schema_text", "write_schemas"]
