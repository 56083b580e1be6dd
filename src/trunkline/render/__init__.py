"""Plans, findings and outcomes as text, JSON and the formats of CI systems. Pure: values in, text out."""
