"""The studies' networks in PyTorch, for benches/peers.py. Imports torch: run it in that environment only."""

import re

import torch
from torch import nn
from torch.nn import functional as F


def mlp(sizes):
    layers = []
    for inputs, outputs in zip(sizes, sizes[1:]):
        layers += [nn.Linear(inputs, outputs), nn.ReLU()]
    return nn.Sequential(*layers[:-1])


class Decoder(nn.Module):
    """Pre-norm block: causal attention with one qkv projection, then a GELU MLP with so many hidden units."""

    def __init__(self, width, heads, hidden, dropout):
        super().__init__()
        self.heads, self.dropout = heads, dropout
        self.norms = nn.ModuleList(nn.LayerNorm(width) for _ in range(2))
        self.qkv, self.project = nn.Linear(width, 3 * width), nn.Linear(width, width)
        self.wide, self.narrow = nn.Linear(width, hidden), nn.Linear(hidden, width)

    def forward(self, x):
        rows, places, width = x.shape
        split = self.qkv(self.norms[0](x)).view(rows, places, 3, self.heads, width // self.heads)
        query, key, value = split.permute(2, 0, 3, 1, 4)
        dropped = self.dropout if self.training else 0.0
        seen = F.scaled_dot_product_attention(query, key, value, dropout_p=dropped, is_causal=True)
        x = x + self.project(seen.transpose(1, 2).reshape(rows, places, width))
        return x + self.narrow(F.dropout(F.gelu(self.wide(self.norms[1](x))), self.dropout, self.training))


class Position(nn.Module):
    """Linear, ReLU, dropout on each place by itself."""

    def __init__(self, width, dropout):
        super().__init__()
        self.linear, self.dropout = nn.Linear(width, width), nn.Dropout(dropout)

    def forward(self, x):
        return self.dropout(F.relu(self.linear(x)))


class Recurrence(nn.Module):
    def __init__(self, kind, width, layers, dropout):
        super().__init__()
        self.cells = kind(width, width, layers, batch_first=True, dropout=dropout)

    def forward(self, x):
        return self.cells(x)[0]


class Resolvent(nn.Module):
    """x + layer(norm(x)): top-1 of four experts, a potential, the diagonal of (H - i)^-1, two features."""

    def __init__(self, width, dropout, experts=4):
        super().__init__()
        self.norm, self.gate = nn.LayerNorm(width), nn.Linear(width, experts)
        expert = lambda: nn.Sequential(nn.Linear(width, 2 * width), nn.ReLU(), nn.Dropout(dropout), nn.Linear(2 * width, width))
        self.experts = nn.ModuleList(expert() for _ in range(experts))
        self.potential, self.back, self.scale = nn.Linear(width, 1), nn.Linear(2, width), nn.Parameter(torch.ones(1))

    def forward(self, x):
        normal = self.norm(x)
        tokens, choice = normal.flatten(0, 1), self.gate(normal).argmax(-1).flatten()
        mixed = torch.zeros_like(tokens)
        for number, expert in enumerate(self.experts):
            chosen = (choice == number).nonzero().squeeze(-1)
            mixed = mixed.index_add(0, chosen, expert(tokens[chosen]))
        mixed = mixed.view_as(x)
        diagonal = self.potential(mixed).squeeze(-1).clamp(-3, 3).double() - 2
        diagonal = torch.complex(diagonal, torch.full_like(diagonal, -1.0))
        n = diagonal.shape[1]
        left, right = [torch.zeros_like(diagonal[:, 0])], [torch.zeros_like(diagonal[:, 0])]
        for i in range(n - 1):
            left.append(1 / (diagonal[:, i] - left[-1]))
            right.append(1 / (diagonal[:, n - 1 - i] - right[-1]))
        green = 1 / (diagonal - torch.stack(left, 1) - torch.stack(right[::-1], 1))
        features = torch.stack([green.real, green.imag], -1).float()
        return x + mixed + self.scale * self.back(features)


class LanguageModel(nn.Module):
    def __init__(self, vocabulary, sequence, width, body, positions, norm, bias):
        super().__init__()
        self.tokens = nn.Embedding(vocabulary, width)
        self.positions = nn.Embedding(sequence, width) if positions else None
        self.body, self.norm = body, nn.LayerNorm(width) if norm else nn.Identity()
        self.head = nn.Linear(width, vocabulary, bias=bias)

    def forward(self, tokens):
        x = self.tokens(tokens)
        if self.positions is not None:
            x = x + self.positions.weight
        return self.head(self.norm(self.body(x))).flatten(0, 1)


def build(name):
    """Network, inputs, targets and criterion of a case of src/bench.rs."""
    torch.manual_seed(0)
    mlps = {
        "grokking 12x400": ([784] + [400] * 11 + [10], 200),
        "sine 128x128": ([1, 128, 128, 1], 32),
        "mnist 512x512": ([784, 512, 512, 10], 64),
        "mnist 2048x2048": ([784, 2048, 2048, 10], 64),
    }
    if name in mlps:
        sizes, rows = mlps[name]
        x = torch.rand(rows, sizes[0]) * 2 - 1
        if name.startswith("mnist"):
            return mlp(sizes), x, torch.randint(0, sizes[-1], (rows,)), nn.CrossEntropyLoss()
        return mlp(sizes), x, torch.rand(rows, sizes[-1]), nn.MSELoss()
    sizes = re.fullmatch(r"(resnet-bk|transformer) d(\d+) L(\d+)", name)
    if sizes:
        vocabulary, sequence, rows = 30_000, 128, 32
        width, layers = int(sizes[2]), int(sizes[3])
        # As many parameters a block as the experts, to the nearest 16 hidden units.
        hidden = 16 * round((12 * width**2 + 13 * width + 6) / (2 * width + 1) / 16)
        block = {
            "resnet-bk": lambda: Resolvent(width, 0.1),
            "transformer": lambda: Decoder(width, 4, hidden, 0.1),
        }[sizes[1]]
        body = nn.Sequential(*(block() for _ in range(layers)))
        net = LanguageModel(vocabulary, sequence, width, body, positions=True, norm=True, bias=True)
    else:
        vocabulary, sequence, width, rows = 50_257, 64, 32, 16
        if name.startswith("transformer"):
            body = nn.Sequential(*(Decoder(width, 2, 4 * width, 0.1) for _ in range(2)))
            net = LanguageModel(vocabulary, sequence, width, body, positions=True, norm=True, bias=False)
        else:
            body = {
                "token mlp nano": lambda: nn.Sequential(*(Position(width, 0.1) for _ in range(2))),
                "lstm nano": lambda: Recurrence(nn.LSTM, width, 2, 0.1),
                "gru nano": lambda: Recurrence(nn.GRU, width, 2, 0.1),
            }[name]()
            net = LanguageModel(vocabulary, sequence, width, body, positions=False, norm=False, bias=True)
    tokens, targets = (torch.randint(0, vocabulary, (rows, sequence)) for _ in range(2))
    return net, tokens, targets.flatten(), nn.CrossEntropyLoss()
