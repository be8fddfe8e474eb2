"""The whole journey on one machine: for a demonstration, a check and the storm."""
