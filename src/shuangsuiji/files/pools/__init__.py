"""Pool files as columns: headers, cells, rows set aside; what is worth knowing of a pool; import, differences, figures."""
