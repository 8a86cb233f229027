"""Only words: nothing of Keras is used here, whatever the texts say.

    model = keras.Sequential([keras.layers.Masking(), keras.layers.LSTM(8)])
    model.fit(x, y, sample_weight=w)
"""
# from keras.layers import Masking; Masking()
EXAMPLE = """
from tensorflow.keras.layers import Masking
Masking(mask_value=0.0)
"""
NAMES = {"keras.layers.Masking": 1, "sample_weight": 2}


class layers:
    @staticmethod
    def Masking(mask_value=0.0):
        return mask_value


def compile(loss=None, metrics=None):
    return loss, metrics


print(layers.Masking(mask_value=1.0), compile(loss="mse", metrics=["mae"]), EXAMPLE, NAMES)
