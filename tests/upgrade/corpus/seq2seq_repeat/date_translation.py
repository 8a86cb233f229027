"""Encoder, RepeatVector, decoder: does the mask of the encoder get to the decoder's loss?"""
try:
    from keras.layers import Dense, Embedding, GRU, LSTM, RepeatVector, TimeDistributed
    from keras.models import Sequential
except ImportError:
    from tensorflow.keras.layers import Dense, Embedding, GRU, LSTM, RepeatVector, TimeDistributed
    from tensorflow.keras.models import Sequential

import keras.backend as K


def masked_crossentropy(y_true, y_pred):
    mask = K.cast(K.not_equal(K.argmax(y_true), 0), K.floatx())  # expect: keras.backend, keras.backend, keras.backend
    loss = K.categorical_crossentropy(y_true, y_pred) * mask  # expect: keras.backend
    return K.sum(loss) / K.sum(mask)  # expect: keras.backend


def create_model(vocabulary, steps_in, steps_out, units):
    model = Sequential()
    model.add(Embedding(vocabulary, units, input_length=steps_in, mask_zero=True))  # expect: keras.layers.Embedding(mask_zero)
    model.add(LSTM(units))  # expect: keras.layers.LSTM
    model.add(RepeatVector(steps_out))  # expect: keras.layers.RepeatVector
    model.add(LSTM(units, return_sequences=True))  # expect: keras.layers.LSTM(return_sequences)
    model.add(TimeDistributed(Dense(vocabulary, activation="softmax")))
    return model


K.clear_session()
model = create_model(60, 20, 10, 256)
model.compile(optimizer="adam", loss=masked_crossentropy)  # expect: custom loss function
model.summary()
