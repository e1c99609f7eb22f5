"""Vowpal Wabbit as a peer: a contextual bandit with action-dependent features."""

from dataclasses import dataclass

import vowpalwabbit

from splitmix import draw
from world import Context

VERSION = vowpalwabbit.__version__


@dataclass(frozen=True, slots=True)
class VwSettings:
    """All that is set of Vowpal Wabbit.

    `flags`: the command line after `--cb_explore_adf`. `cost_refused`, `cost_accepted`: the cost of
    an outcome. `label_propensity`: "served" tells the learner the selection probability of what was
    shown; "one" tells it 1, which takes the importance weight out of the regression.
    `epsilon_scale`, `epsilon_exponent`: at round t a share min(1, scale / t^exponent) is shown
    uniformly, on top of the flags; 0 for none.
    """

    flags: str
    cost_refused: int
    cost_accepted: int
    label_propensity: str = "served"
    epsilon_scale: float = 0.0
    epsilon_exponent: float = 0.5

    def text(self) -> str:
        """The settings on one line, for the table."""
        words = ["--cb_explore_adf", self.flags, f"cost={self.cost_refused}/{self.cost_accepted}"]
        if self.label_propensity != "served":
            words.append(f"label_propensity={self.label_propensity}")
        if self.epsilon_scale > 0.0:
            words.append(f"epsilon_t={self.epsilon_scale}/t^{self.epsilon_exponent}")
        return " ".join(word for word in words if word)

    def workspace(self) -> vowpalwabbit.Workspace:
        """A new learner."""
        return vowpalwabbit.Workspace(f"--quiet --cb_explore_adf {self.flags}")


class VwPolicy:
    """The policy without the parsing: what it shows of parsed actions, and how a label reads."""

    def __init__(self, settings: VwSettings) -> None:
        self.settings = settings
        self.workspace = settings.workspace()
        self.round = 0

    def show(self, actions: list[vowpalwabbit.Example], unit: float) -> tuple[int, float]:
        """The place of the shown action and its selection probability."""
        self.round += 1
        probabilities = self.workspace.predict(actions)
        if self.settings.epsilon_scale > 0.0:
            share = self.settings.epsilon_scale / self.round**self.settings.epsilon_exponent
            share = min(1.0, share)
            uniform = share / len(probabilities)
            probabilities = [(1.0 - share) * p + uniform for p in probabilities]
        place = draw(probabilities, unit)
        return place, probabilities[place]

    def label(self, accepted: bool, selection_probability: float) -> str:
        """The label of a shown action."""
        settings = self.settings
        cost = settings.cost_accepted if accepted else settings.cost_refused
        told = selection_probability if settings.label_propensity == "served" else 1.0
        return f"0:{cost}:{told}"


class VwPeer:
    """Parses the actions once a round, predicts on them, labels one and learns."""

    batch = 1

    def __init__(self, settings: VwSettings) -> None:
        self.policy = VwPolicy(settings)
        self.actions: list[vowpalwabbit.Example] = []
        self.shown = (0, 0.0)

    def prepare(self, contexts: list[Context]) -> None:
        """Parses the actions of the one context."""
        self.actions = self.policy.workspace.parse(contexts[0].actions)

    def choose(self, units: list[float]) -> list[int]:
        """Draws from the distribution that Vowpal Wabbit returns."""
        self.shown = self.policy.show(self.actions, units[0])
        return [self.shown[0]]

    def learn(self, accepted: list[bool]) -> None:
        """Learns the one outcome and gives the actions back."""
        place, selection_probability = self.shown
        label = self.policy.label(accepted[0], selection_probability)
        self.actions[place].set_label_string(label)
        self.policy.workspace.learn(self.actions)
        self.policy.workspace.finish_example(self.actions)
