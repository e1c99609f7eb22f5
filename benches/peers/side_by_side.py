"""Many settings of Vowpal Wabbit through one world at once: each round is parsed once for all.

Parsing is most of a round's time. Learners whose weights are laid out alike can share examples; a
test checks that the regret is that of a learner on its own.
"""

import vowpalwabbit

from splitmix import policy_stream
from vw import VwPolicy, VwSettings
from world import World

Layout = tuple[int, tuple[tuple[int, float], ...]]


def layout(workspace: vowpalwabbit.Workspace) -> Layout:
    """The stride of the weights and those that a small example touches, counted in strides.

    The same for learners that can share examples.
    """
    example = workspace.parse(["| 1:1 2:1"])
    touched = tuple(example[0].iter_features())
    workspace.finish_example(example)
    return workspace.get_stride(), touched


def regrets(world: World, contenders: list[VwSettings]) -> list[float]:
    """Cumulative regret of each, all with the same uniforms."""
    policies = [VwPolicy(settings) for settings in contenders]
    layouts = [layout(policy.workspace) for policy in policies]
    parsers = dict(zip(layouts, (settings.workspace() for settings in contenders), strict=True))
    sums = [0.0] * len(policies)
    stream = policy_stream(world.seed)
    for entry in world.rounds:
        unit = stream.uniform()
        lines = entry.context.actions
        best = max(entry.response_propensity)
        parsed = {key: parser.parse(lines) for key, parser in parsers.items()}
        for i, policy in enumerate(policies):
            actions = parsed[layouts[i]]
            place, selection_probability = policy.show(actions, unit)
            propensity = entry.response_propensity[place]
            sums[i] += best - propensity
            # A label cannot be taken off again, so a labelled copy stands in for the shown action.
            label = policy.label(entry.unit < propensity, selection_probability)
            parser = parsers[layouts[i]]
            copy = parser.parse([f"{label} {lines[place]}"])
            policy.workspace.learn(actions[:place] + copy + actions[place + 1 :])
            # The library gives back only what has been predicted on.
            parser.predict(copy)
            parser.finish_example(copy)
        for key, parser in parsers.items():
            parser.finish_example(parsed[key])
    return sums
