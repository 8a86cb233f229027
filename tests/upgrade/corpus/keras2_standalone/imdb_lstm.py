"""Stand-alone Keras 2, as in the tutorials of 2018: one label a text, no mask asked for, then one."""
from __future__ import print_function

from keras.preprocessing import sequence
from keras.models import Sequential
from keras.layers import Dense, Dropout, Embedding, LSTM, Masking, SimpleRNN
from keras.layers.core import Activation
from keras.datasets import imdb

max_features = 20000
(x_train, y_train), (x_test, y_test) = imdb.load_data(num_words=max_features)
x_train = sequence.pad_sequences(x_train, maxlen=80)

# Without mask_zero the padding counts: nothing here is about masks.
plain = Sequential()
plain.add(Embedding(max_features, 128))
plain.add(LSTM(128, dropout=0.2))
plain.add(Dense(1, activation='sigmoid'))
plain.compile(loss='binary_crossentropy',  # expect: Model.compile(loss), keras.losses.binary_crossentropy
              optimizer='adam',
              metrics=['accuracy'])  # expect: Model.compile(metrics)
plain.fit(x_train, y_train, batch_size=32, epochs=15)  # expect: Model.fit(batch_size)

masked = Sequential()
masked.add(Embedding(max_features, 128, mask_zero=True))  # expect: keras.layers.Embedding(mask_zero)
masked.add(SimpleRNN(32, return_sequences=True))  # expect: keras.layers.SimpleRNN(return_sequences)
masked.add(Dropout(0.2))  # expect: keras.layers.Dropout
masked.add(LSTM(128))  # expect: keras.layers.LSTM
# The mask has ended with the last output: the head has none.
masked.add(Dense(1))
masked.add(Activation('sigmoid'))
masked.compile('adam', 'binary_crossentropy', ['acc'])  # expect: Model.compile(loss), keras.losses.binary_crossentropy, Model.compile(metrics)
masked.fit(x_train, y_train, 32, 15)  # expect: Model.fit, Model.fit(batch_size)
for batch in range(10):
    at = slice(32 * batch, 32 * batch + 32)
    print(masked.train_on_batch(x_train[at], y_train[at]))  # expect: Model.train_on_batch
    masked.reset_metrics()  # expect: Model.reset_metrics
print(masked.test_on_batch(x_test[:32], y_test[:32]))  # expect: Model.test_on_batch
