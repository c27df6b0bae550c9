"""The workflows: they chain the steps, record events, and decide what happens when one step says no."""
