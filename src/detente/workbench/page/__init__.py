"""What the page shows. NiceGUI is imported here and in :mod:`detente.workbench.serve`, nowhere else."""
