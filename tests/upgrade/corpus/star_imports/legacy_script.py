# -*- coding: latin-1 -*-
"""Star imports, as in old course notes; the author's name is José."""
from numpy import *
from keras.layers import *
from keras.models import *
from keras.callbacks import *

model = Sequential()
model.add(Masking(mask_value=0., input_shape=(10, 4)))  # expect: keras.layers.Masking, keras.layers.Masking(mask_value)
model.add(GRU(8, return_sequences=True))  # expect: keras.layers.GRU(return_sequences)
model.add(Dense(1))  # expect: keras.layers.Dense
model.compile('sgd', loss='mae')  # expect: Model.compile(loss)
checker = EarlyStopping(patience=2)  # expect: keras.callbacks.EarlyStopping
model.fit(zeros((4, 10, 4)), ones((4, 10, 1)), callbacks=[checker])  # expect: Model.fit
