"""Adopting what exists: Terraform resources, exported files, API bodies become files of a project."""

from trunkline.project.adopting.adopt import Adopted, Adoption, adopt
from trunkline.project.adopting.variables import Variable

__all__ = ["Adopted", "Adoption", "Variable", "adopt"]
