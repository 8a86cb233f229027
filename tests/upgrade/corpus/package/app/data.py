def weighted_batches(count):
    for _ in range(count):
        yield [0], [1]
