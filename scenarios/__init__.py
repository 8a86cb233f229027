"""What is asked of every release: one module a scenario, each runnable from Python 3.6 on."""
