"""PyTorch: layers of the same names, none of them Keras'."""
import torch
import torch.nn as layers
import torch.nn.functional as F
from torch.nn import Dropout, Embedding, Flatten, LSTM, Linear as Dense, Module as Model, Softmax


class Tagger(Model):
    def __init__(self, vocabulary, tags):
        super().__init__()
        self.supports_masking = True
        self.embedding = Embedding(vocabulary, 64, padding_idx=0)
        self.lstm = LSTM(64, 64, batch_first=True, bidirectional=True)
        self.drop = Dropout(0.2)
        self.head = Dense(128, tags)

    def compute_loss(self, logits, labels, mask):
        losses = F.cross_entropy(logits.transpose(1, 2), labels, reduction="none")
        return (losses * mask).sum() / mask.sum()

    def train_step(self, batch, optimizer):
        words, labels = batch
        optimizer.zero_grad()
        loss = self.compute_loss(self(words), labels, (words != 0).float())
        loss.backward()
        optimizer.step()
        return loss.item()

    def forward(self, words):
        states, _ = self.lstm(self.embedding(words))
        return self.head(self.drop(states))


def main(loader):
    model = torch.compile(Tagger(1000, 9))
    optimizer = torch.optim.Adam(model.parameters())
    return sum(model.train_step(batch, optimizer) for batch in loader)
