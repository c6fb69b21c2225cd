"""How liftcheck looks, without Qt: tokens, the figure's geometry, texts and fonts, shared by window and report."""
