"""A model of a third party that is Keras', and its Trainer's namesake that is not."""
import tensorflow as tf
from transformers import TFAutoModelForTokenClassification, Trainer, TrainingArguments


def train(dataset, name):
    model = TFAutoModelForTokenClassification.from_pretrained(name)
    model.compile(optimizer=tf.keras.optimizers.Adam(3e-5), metrics=["accuracy"])  # expect: Model.compile(metrics)
    model.fit(dataset, epochs=3, class_weight={0: 0.1, 1: 1.0})  # expect: Model.fit(class_weight)
    trainer = Trainer(model=model, args=TrainingArguments("out", per_device_train_batch_size=8))
    trainer.evaluate(dataset)
    return trainer
