"""What is measured, beside a baseline, in one run."""
