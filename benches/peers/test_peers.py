"""Tests of what the comparison rests on: draws, features, fast ways that equal the plain one."""

import math
import unittest

import numpy
import vowpalwabbit

import side_by_side
import table
from grid import ALGORITHMS, LEARNER, MABWISER, OBJECTIVES, defaults, neighbours, settings
from mab import MabPeer, MabSettings
from play import play
from rows import HOTEL_WORLD, Row
from splitmix import SplitMix64, draw, policy_stream, shuffled
from vw import VwPeer, VwPolicy, VwSettings
from world import Actions, Context, Round, World

DATASETS = {"hotel": HOTEL_WORLD, "bakeoff": "vowel"}


def small_world(rounds: int = 120) -> World:
    """A world of 24 offers in three categories and 40 guests with four axes."""
    stream = numpy.random.default_rng(7)
    offers = [(i % 3, stream.normal(size=4).tolist()) for i in range(24)]
    guests = stream.normal(size=(40, 4))
    actions = Actions(4, 3, offers)
    played = []
    for _ in range(rounds):
        guest = guests[stream.integers(40)].tolist()
        when = (int(stream.integers(4)), int(stream.integers(4)), int(stream.integers(3)))
        candidates = sorted(stream.choice(24, size=9, replace=False).tolist())
        score = [float(numpy.dot(guest, offers[o][1])) for o in candidates]
        propensity = [1.0 / (1.0 + numpy.exp(1.0 - s)) for s in score]
        text = list(actions.lines(guest, when, candidates))
        context = Context(guest, *when, candidates, text)
        played.append(Round(context, propensity, float(stream.random())))
    return World(5, 4, 24, played)


def plain_regret(world: World, chosen: VwSettings) -> float:
    """The regret of text parsed anew for predicting and for learning."""
    policy = VwPolicy(chosen)
    stream = policy_stream(world.seed)
    regret = 0.0
    for entry in world.rounds:
        lines = entry.context.actions
        place, probability = policy.show(lines, stream.uniform())
        propensity = entry.response_propensity[place]
        regret += max(entry.response_propensity) - propensity
        label = policy.label(entry.unit < propensity, probability)
        policy.workspace.learn([*lines[:place], f"{label} {lines[place]}", *lines[place + 1 :]])
    return regret


class Peers(unittest.TestCase):
    """Tests."""

    def test_splitmix_gives_the_published_numbers(self) -> None:
        stream = SplitMix64(1234567)
        self.assertEqual(stream.next(), 6457827717110365317)
        self.assertEqual(stream.next(), 3203168211198807973)

    def test_a_draw_takes_the_first_place_whose_sum_exceeds_the_uniform(self) -> None:
        self.assertEqual([draw([0.25, 0.5, 0.25], u) for u in (0.0, 0.25, 0.7, 0.75)], [0, 1, 1, 2])
        self.assertEqual(draw([0.5, 0.4999, 0.0], 0.99999), 1)

    def test_a_shuffle_holds_every_row_once(self) -> None:
        self.assertEqual(sorted(shuffled(1000, 3)), list(range(1000)))
        self.assertNotEqual(shuffled(1000, 3), shuffled(1000, 4))

    def test_an_action_has_23_features_with_16_axes(self) -> None:
        guest = [0.1 * (i + 1) for i in range(16)]
        actions = Actions(16, 8, [(2, [0.5] * 16), (7, [0.25] * 16)])
        lines = list(actions.lines(guest, (3, 2, 1), [0, 1]))
        workspace = vowpalwabbit.Workspace("--quiet --cb_explore_adf")
        examples = workspace.parse(lines)
        self.assertEqual([example.get_feature_number() for example in examples], [23, 23])
        workspace.finish_example(examples)
        values = dict(word.split(":") for word in lines[0].split()[1:] if ":" in word)
        self.assertAlmostEqual(float(values["3"]), 0.4 * 0.5 * 4.0, places=6)
        self.assertAlmostEqual(float(values["16"]), sum(guest) * 0.5, places=5)
        indicators = [int(word) for word in lines[1].split()[1:] if ":" not in word]
        self.assertEqual(indicators, [17 + 7, 25 + 31, 57 + 30, 89 + 91, 186])

    def test_prepared_examples_give_the_regret_of_plain_text(self) -> None:
        world = small_world()
        for name, algorithm in ALGORITHMS.items():
            for chosen in defaults(algorithm):
                with self.subTest(name, settings=chosen.text()):
                    fast = play(world, VwPeer(chosen), policy_stream(world.seed)).regret
                    self.assertEqual(fast, plain_regret(world, chosen))

    def test_learners_side_by_side_do_as_on_their_own(self) -> None:
        world = small_world()
        contenders = []
        for algorithm in ALGORITHMS.values():
            space = algorithm.space()
            default = {knob: values[0] for knob, values in space.items()}
            contenders += defaults(algorithm)
            contenders += [settings(algorithm, choice) for choice in neighbours(space, default)]
        for chosen, together in zip(
            contenders, side_by_side.regrets(world, contenders), strict=True
        ):
            with self.subTest(chosen.text()):
                alone = play(world, VwPeer(chosen), policy_stream(world.seed)).regret
                self.assertEqual(together, alone)

    def test_every_value_of_the_grid_is_accepted(self) -> None:
        world = small_world(3)
        for name, algorithm in ALGORITHMS.items():
            first = {knob: values[0] for knob, values in algorithm.space().items()}
            for knob, values in algorithm.space().items():
                for value in values:
                    with self.subTest(name, knob=knob, value=value):
                        chosen = settings(algorithm, first | {knob: value})
                        result = play(world, VwPeer(chosen), policy_stream(world.seed))
                        self.assertEqual(result.rounds, 3)

    def test_every_policy_of_mabwiser_does_the_same_twice(self) -> None:
        world = small_world()
        for policy in MABWISER:
            with self.subTest(policy):
                first, second = (
                    play(world, MabPeer(MabSettings(policy), 24, 5), policy_stream(5))
                    for _ in range(2)
                )
                self.assertEqual((first.regret, first.rounds), (second.regret, 120))

    def test_a_policy_of_mabwiser_learns_the_best_arm(self) -> None:
        actions = Actions(4, 1, [(0, [1.0] * 4)] * 3)
        text = list(actions.lines([0.5] * 4, (0, 0, 0), [0, 1, 2]))
        context = Context([0.5] * 4, 0, 0, 0, [0, 1, 2], text)
        world = World(1, 4, 3, [Round(context, [0.0, 0.0, 1.0], 0.5)] * 100)
        peer = MabPeer(MabSettings("LinGreedy", {"epsilon": 0.0}), 3, 1)
        self.assertLess(play(world, peer, policy_stream(1)).regret, 15.0)

    def test_ratios_are_of_means_against_the_best_peer(self) -> None:
        def runs(part: str, peer: str, algorithm: str, figures: list[str]) -> list[Row]:
            rest = ("", "", "default" if peer == "concierge" else "tuned", "1")
            return [
                Row(part, DATASETS[part], str(seed), peer, algorithm, *rest, figure, "")
                for seed, figure in enumerate(figures)
            ]

        product = runs("hotel", "concierge", "igw", ["1", "3"])
        product += runs("bakeoff", "concierge", "igw", ["0.1", "0.3"])
        peers = runs("hotel", "vowpalwabbit", "a", ["4", "4"])
        peers += runs("hotel", "mabwiser", "b", ["9", "9"])
        peers += runs("bakeoff", "vowpalwabbit", "a", ["0.4", "0.4"])
        everything = product + peers
        hotel = table.policies(everything, "hotel", DATASETS["hotel"])
        sets = {"vowel": table.policies(everything, "bakeoff", "vowel")}
        figures = table.summary(hotel, sets, product, None)
        self.assertAlmostEqual(figures["regret_ratio_best_tuned_peer"], 0.5)
        self.assertAlmostEqual(figures["bakeoff_loss_ratio_vw"], 0.5)
        self.assertTrue(math.isnan(figures["regret_ratio_best_default_peer"]))
        self.assertAlmostEqual(hotel[0].error(), 1.0)

    def test_the_grid_writes_costs_and_their_range(self) -> None:
        choice = {knob: values[0] for knob, values in ALGORITHMS["regcb"].space().items()}
        flags = settings(ALGORITHMS["regcb"], choice).flags
        self.assertIn("--cb_min_cost -1 --cb_max_cost 0", flags)
        self.assertEqual(set(LEARNER["objective"]), set(OBJECTIVES))


if __name__ == "__main__":
    unittest.main()
