"""Tests in a real browser: reports opened from disk, and the workbench as people use it."""
