"""A network beside boosted trees: only what is done with the network is of concern."""
import lightgbm as lgb
import xgboost as xgb
from sklearn.ensemble import GradientBoostingRegressor
from tensorflow import keras
from tensorflow.keras import layers


def make_network(width):
    return keras.Sequential([
        keras.Input(shape=(width,)),
        layers.Dense(64, activation="relu"),
        layers.Dropout(0.2),
        layers.BatchNormalization(),
        layers.Dense(1),
    ])


def train_all(x, y, weights, x_valid, y_valid):
    trees = xgb.XGBRegressor(n_estimators=500, early_stopping_rounds=10)
    trees.fit(x, y, sample_weight=weights, eval_set=[(x_valid, y_valid)])
    light = lgb.LGBMRegressor()
    light.fit(x, y, sample_weight=weights, callbacks=[lgb.early_stopping(10)])
    boosted = GradientBoostingRegressor()
    boosted.fit(x, y, sample_weight=weights)
    network = make_network(x.shape[1])
    network.compile("adam", "mae")  # expect: Model.compile(loss)
    network.fit(x, y, sample_weight=weights, epochs=5,  # expect: Model.fit(sample_weight)
                validation_data=(x_valid, y_valid))  # expect: Model.fit(validation_data)
    return trees, light, boosted, network
