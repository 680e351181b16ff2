"""The only door to patient data: `open_chart` for readers, `system` for the import."""

from health_cloud.chart.service.door import Chart, open_chart

__all__ = ["Chart", "open_chart"]
