"""Every law of chance, with the number of rounds that the suite draws; tests/long/chance.py draws more."""

import chance_deals as deals
import chance_frames as frames
import chance_samples as samples
from chance_fit import Law

LAWS: dict[str, tuple[Law, int]] = {
    "all 20 samples of three out of six are equally likely": (samples.subsets, 20_000),
    "of four out of twelve every entity and every pair has its share": (samples.pairs, 10_000),
    "with tiers every batch is even and nobody is drawn twice before everybody was drawn once": (samples.turns, 14_000),
    "two batches and two plans are independent, under one seed as under two": (samples.batches, 10_000),
    "every order of drawing is equally likely": (samples.orders, 12_000),
    "strata are drawn independently": (samples.layers, 12_000),
    "tasks with one frame draw the same entities, as evenly as one alone": (samples.shared_frames, 4_000),
    "newcomers are alike to whoever was not drawn yet, and likelier than the rest": (frames.newcomers, 9_600),
    "when somebody leaves, the rest of a tier stay alike": (frames.leavers, 9_000),
    "whoever is left after exclusions is alike": (frames.exclusions, 7_200),
    "a voided record neither favours nor spares anybody": (frames.void_orders, 10_800),
    "a sample drawn anew does not heed the one that was voided": (frames.voids, 720),
    "all 90 balanced assignments of six visits to three inspectors are equally likely": (deals.assignments, 18_000),
    "of four visits to three inspectors the one too many is anybody's": (deals.one_more, 10_800),
    "teams of two have the probabilities worked out by hand": (deals.two_each, 18_000),
    "every way to fill the slots of a visit or of two is equally likely, and so are the leaders": (deals.leaders, 12_000),
    "repair treats those alike who may go to the same visits": (deals.repaired, 10_800),
}
