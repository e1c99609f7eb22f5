"""What can be set of each peer, and how a choice of it becomes settings: the grid that is tuned."""

from dataclasses import dataclass

from splitmix import SplitMix64
from vw import VwSettings

Choice = dict[str, str]

OBJECTIVES = {
    "reward": ("", 0, -1),
    "cost": ("", 1, 0),
    "logistic": ("--loss_function logistic", 1, -1),
}
"""Flags of the loss, the cost of a refusal, the cost of an acceptance."""

LEARNER: dict[str, list[str]] = {
    "objective": ["reward", "cost", "logistic"],
    "label_propensity": ["served", "one"],
    "learning_rate": ["0.5", "0.05", "0.1", "0.2", "1", "2", "5"],
    "power_t": ["", "0", "0.25", "0.4", "0.75", "1"],
    "optimiser": ["", "--adaptive --invariant", "--sgd", "--coin"],
    "l2": ["", "1e-6", "1e-5"],
}
"""What is tuned of the regression. The first value of every knob is Vowpal Wabbit's default."""

CB_TYPE = {"cb_type": ["mtr", "dr", "ips"]}
EPSILON = {"epsilon": ["0", "0.005", "0.01", "0.02", "0.05"]}
MELLOWNESS = {"mellowness": ["0.1", "0.03", "0.01", "0.003", "0.001", "0.0003", "0.0001", "1e-5"]}


@dataclass(frozen=True, slots=True)
class Algorithm:
    """An exploration algorithm of Vowpal Wabbit.

    `default`: its switch alone; where the switch demands a number, that of Vowpal Wabbit's wiki.
    `switch`: what every choice has. `knobs`: what is tuned besides the learner.
    """

    default: str
    switch: str
    knobs: dict[str, list[str]]

    def space(self) -> dict[str, list[str]]:
        """All knobs with their values."""
        return LEARNER | self.knobs


ALGORITHMS: dict[str, Algorithm] = {
    "squarecb": Algorithm(
        "--squarecb",
        "--squarecb",
        {
            "gamma_scale": ["10", "3", "30", "100", "300", "1000", "3000", "10000", "30000"],
            "gamma_exponent": ["", "0.25", "0.75", "1"],
            "elim": ["", "0.001", "0.1"],
            **EPSILON,
        },
    ),
    "regcb": Algorithm(
        "--regcb",
        "--regcb",
        MELLOWNESS,
    ),
    "regcbopt": Algorithm(
        "--regcbopt",
        "--regcbopt",
        MELLOWNESS,
    ),
    "epsilon-greedy": Algorithm(
        "",
        "",
        {
            "schedule": ["", "0.3 0.5", "1 0.5", "3 0.5", "0.3 0.333", "1 0.333", "1 1", "10 1"],
            "epsilon": ["0.05", "0", "0.005", "0.01", "0.02"],
            **CB_TYPE,
        },
    ),
    "bag": Algorithm(
        "--bag 5",
        "",
        {"bag": ["5", "2", "3", "8"], "greedify": ["", "yes"], **EPSILON, **CB_TYPE},
    ),
    "cover": Algorithm(
        "--cover 3",
        "",
        {
            "cover": ["3", "1", "5", "8"],
            "psi": ["1", "0.001", "0.01", "0.1"],
            "nounif": ["", "yes"],
            "epsilon": ["0.05", "0", "0.005", "0.01", "0.02"],
            **CB_TYPE,
        },
    ),
    "softmax": Algorithm(
        "--softmax",
        "--softmax",
        {"lambda": ["1", "3", "10", "30", "100", "300", "1000"], **EPSILON, **CB_TYPE},
    ),
    "rnd": Algorithm(
        "--rnd 1",
        "",
        {
            "rnd": ["1", "3", "5"],
            "rnd_alpha": ["0.1", "0.0001", "0.001", "0.003", "0.01", "0.03", "0.3"],
            "rnd_invlambda": ["0.1", "0.01", "1"],
            **EPSILON,
            **CB_TYPE,
        },
    ),
    "first": Algorithm(
        "--first 2", "", {"first": ["2", "20", "100", "200", "500", "1000"], **EPSILON, **CB_TYPE}
    ),
    "synthcover": Algorithm(
        "--synthcover",
        "--synthcover",
        {
            "synthcoverpsi": ["0.1", "0.0001", "0.001", "0.01"],
            "synthcoversize": ["100", "10", "30"],
            **EPSILON,
            **CB_TYPE,
        },
    ),
}

VALUED = ("gamma_scale", "gamma_exponent", "mellowness", "epsilon", "bag", "cover", "psi", "lambda")
VALUED += ("rnd", "rnd_alpha", "rnd_invlambda", "first", "synthcoverpsi", "synthcoversize")
VALUED += ("cb_type", "learning_rate", "power_t", "l2")

MABWISER: dict[str, dict[str, list[float]]] = {
    "LinUCB": {"alpha": [0.02, 0.05, 0.1, 0.25], "l2_lambda": [1.0, 3.0, 10.0, 30.0, 100.0]},
    "LinTS": {"alpha": [0.02, 0.05, 0.1, 0.25], "l2_lambda": [1.0, 3.0, 10.0, 30.0, 100.0]},
    "LinGreedy": {"epsilon": [0.0, 0.02, 0.05], "l2_lambda": [1.0, 3.0, 10.0, 30.0, 100.0]},
    "UCB1": {"alpha": [0.02, 0.05, 0.1, 0.25, 0.5, 1.0]},
    "EpsilonGreedy": {"epsilon": [0.0, 0.01, 0.02, 0.05, 0.1]},
    "ThompsonSampling": {},
}


def defaults(algorithm: Algorithm) -> list[VwSettings]:
    """No parameter given, under both ways to write an outcome as a cost."""
    costs = (OBJECTIVES[objective][1:] for objective in ("reward", "cost"))
    return [VwSettings(algorithm.default, *cost) for cost in costs]


def settings(algorithm: Algorithm, choice: Choice) -> VwSettings:
    """Settings of a choice."""
    loss, refused, accepted = OBJECTIVES[choice["objective"]]
    words = [algorithm.switch, loss, choice["optimiser"]]
    words += [f"--{name} {choice[name]}" for name in VALUED if choice.get(name)]
    words += [f"--{name}" for name in ("greedify", "nounif") if choice.get(name)]
    if choice.get("elim"):
        words.append(f"--elim --mellowness {choice['elim']}")
    if choice.get("elim") or "--regcb" in algorithm.switch:
        low, high = sorted((refused, accepted))
        words.append(f"--cb_min_cost {low} --cb_max_cost {high}")
    scale, exponent = (choice.get("schedule") or "0 0.5").split()
    return VwSettings(
        " ".join(word for word in words if word),
        refused,
        accepted,
        choice["label_propensity"],
        float(scale),
        float(exponent),
    )


def sample(space: dict[str, list[str]], count: int, stream: SplitMix64) -> list[Choice]:
    """The defaults, all that differ from them in one knob, and so many different ones at random."""
    default = {name: values[0] for name, values in space.items()}
    start = [default, *neighbours(space, default)]
    seen = {tuple(choice.values()): choice for choice in start}
    while len(seen) < len(start) + count:
        choice = {
            name: values[int(stream.uniform() * len(values))] for name, values in space.items()
        }
        seen.setdefault(tuple(choice.values()), choice)
    return list(seen.values())


def neighbours(space: dict[str, list[str]], choice: Choice) -> list[Choice]:
    """All choices that differ in one knob."""
    return [
        choice | {name: value}
        for name, values in space.items()
        for value in values
        if value != choice[name]
    ]
