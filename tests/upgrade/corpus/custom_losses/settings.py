LOSS = "mae"
