"""The project's own form of a data action: short YAML, compiled to the vendor's exported form.

name: Get Current Weather Data
inputs:
  latitude: number!
  longitude: number!
outputs:
  temperature: number
request: GET https://api.open-meteo.com/v1/forecast?latitude={{latitude}}&longitude={{longitude}}
response:
  map:
    temperature: current_weather.temperature
"""

from trunkline.domain.action.compiled import Compiled
from trunkline.domain.action.friendly.editor import editor_schema
from trunkline.domain.action.friendly.read import compile_friendly
from trunkline.domain.action.friendly.write import Friendly, to_friendly

__all__ = ["Compiled", "Friendly", "compile_friendly", "editor_schema", "to_friendly"]
