"""Floor 2: the draw as pure mathematics (docs/spec/draw-v1.md)."""
