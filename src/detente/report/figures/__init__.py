"""Figures as SVG: pure functions from results to text. Labels of a model are text in them, whatever is in them."""
