#!/usr/bin/env python3
"""ntorc's training against PyTorch's: the same networks, batches of 32, Adam, one thread each, in turns within one run.

    compare_training.py TRAIN_BENCHMARK [--rounds N] [--instructions avx2]

TRAIN_BENCHMARK is the program. Needs torch. One step is forwards, backwards and Adam; its time is the best round's, as a busy machine
only ever adds. Each round gives both a turn. ntorc's time is the whole of a call of train over 32 steps, with its checks and copies;
PyTorch's is the loop over tensors that lie ready. Both are the processor's time of the process, so that other programs count for
little. FLOPs are 6 for every multiplication of an inference. The peak is what PyTorch's matrix product of 1024 x 1024 reaches.
"""

import argparse
import json
import subprocess
import time

import torch
from torch import nn

BATCH = 32


class Last(nn.Module):
    """The last step of a recurrent layer, on steps by channels."""

    def __init__(self, layer):
        super().__init__()
        self.layer = layer

    def forward(self, x):
        return self.layer(x.transpose(1, 2))[0][:, -1]


def blocks(count, filters):
    layers = []
    for i in range(count):
        layers += [nn.Conv1d(filters if i else 1, filters, 3, padding=1), nn.ReLU(), nn.MaxPool1d(2)]
    return layers


def front(name):
    window, count, filters, hidden, width = map(int, name.split("_"))
    layers = blocks(count, filters) + [nn.Flatten()]
    features = (window >> count) * filters
    for _ in range(hidden):
        layers += [nn.Linear(features, width), nn.ReLU()]
        features = width
    return nn.Sequential(*layers, nn.Linear(features, 256)), window


def recurrent(name):
    kind, units = name.split("_")
    layer = {"lstm": nn.LSTM, "gru": nn.GRU}[kind](16, int(units), batch_first=True)
    return nn.Sequential(*blocks(2, 16), Last(layer), nn.Linear(int(units), 256)), 128


NETWORKS = ["128_5_16_4_8", "215_5_16_2_38", "128_5_41_3_19", "247_5_16_5_54", "395_5_16_5_76", "lstm_16", "lstm_64", "gru_16"]


def torch_step(name):
    torch.manual_seed(7)
    network, window = recurrent(name) if name[0].isalpha() else front(name)
    adam = torch.optim.Adam(network.parameters(), lr=1e-3, eps=1e-7)
    loss = nn.CrossEntropyLoss()
    x = torch.rand(BATCH, 1, window) * 2 - 1
    target = torch.randint(0, 160, (BATCH,))

    def step():
        adam.zero_grad()
        loss(network(x), target).backward()
        adam.step()

    return step


def seconds_of(step, least):
    """Of the processor for one step, over at least that time."""
    count = 0
    start = time.process_time()
    while (spent := time.process_time() - start) < least or count < 3:
        step()
        count += 1
    return spent / count


def ntorc(program, name, instructions, least):
    """Seconds of a step, and FLOPs of one."""
    command = [program, f"--benchmark_filter=^{name}/{instructions}$", f"--benchmark_min_time={least}", "--benchmark_format=json"]
    output = json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout)
    (run,) = output["benchmarks"]
    seconds = BATCH / run["items_per_second"]
    return seconds, run["GFLOP/s"] * 1e9 * seconds


def peak():
    a = torch.rand(1024, 1024)
    return 2 * 1024**3 / min(seconds_of(lambda: a @ a, 0.2) for _ in range(5))


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("program")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--seconds", type=float, default=0.4, help="of each turn")
    parser.add_argument("--instructions", default="avx2")
    arguments = parser.parse_args()
    torch.set_num_threads(1)
    most = peak()
    print(f"PyTorch {torch.__version__}, one thread; its matrix product reaches {most / 1e9:.0f} GFLOP/s\n")
    print("| network | ntorc: ms a step | samples/s | PyTorch: ms a step | ratio | GFLOP/s | of the peak |")
    print("|---|---|---|---|---|---|---|")
    for name in NETWORKS:
        step = torch_step(name)
        for _ in range(5):
            step()
        ours, theirs = [], []
        for _ in range(arguments.rounds):
            seconds, flops = ntorc(arguments.program, name, arguments.instructions, arguments.seconds)
            ours.append(seconds)
            theirs.append(seconds_of(step, arguments.seconds))
        seconds = min(ours)
        print(f"| {name} | {seconds * 1e3:.3f} | {BATCH / seconds:,.0f} | {min(theirs) * 1e3:.2f} | {min(theirs) / seconds:.1f} | "
              f"{flops / seconds / 1e9:.0f} | {flops / seconds / most:.0%} |", flush=True)


if __name__ == "__main__":
    main()
