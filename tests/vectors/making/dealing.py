"""deals.json: inspectors dealt to the visits of one department (draw-v1 §7).

Every deal is computed twice: by the independent verifier and by `literal` below, which does what §7 says word by word and
notes the length of every path. Where all assignments can be tried, they are: the loads are the most even ones, and a witness's
cap cannot be kept.
"""

import itertools
from collections.abc import Iterator

from making.common import SEED, H, Vector, chance, document, verifier

ALGORITHM = "shuangsuiji/draw/1"
Jobs = dict[str, tuple[int, set[str]]]
MANY = 60_000  # assignments that are still tried one by one


def literal(key: str, jobs: Jobs, cap: int | None) -> tuple[dict[str, list[str]], dict[str, int], list[int], int, tuple | None]:
    """Teams, loads, the lengths of the paths of step 3, how often step 2 had a choice, and step 4's witness."""
    order = sorted(jobs, key=lambda v: (H(key, "order", v), v))
    everybody = sorted({i for _, able in jobs.values() for i in able}, key=lambda i: (H(key, "rank", i), i))
    load, teams, choices = dict.fromkeys(everybody, 0), {v: [] for v in order}, 0
    for v in order:
        demand, able = jobs[v]
        for slot in range(1, demand + 1):
            free = [i for i in able if i not in teams[v]]
            least = sorted((i for i in free if load[i] == min(load[j] for j in free)), key=str.encode)
            choices += len(least) > 1
            chosen = least[int(H(key, "pick", v, str(slot)), 16) % len(least)]
            teams[v].append(chosen)
            load[chosen] += 1

    def reach(start: str, goal: int) -> tuple[dict[str, str | None], str | None]:
        before, queue = {start: None}, [start]
        for i in queue:
            for j in everybody:
                if j not in before and any(i in teams[v] and j not in teams[v] and j in jobs[v][1] for v in order):
                    before[j] = i
                    queue.append(j)
                    if load[j] <= goal:
                        return before, j
        return before, None

    lengths: list[int] = []
    moved = True
    while moved:
        moved = False
        for a in sorted(everybody, key=lambda i: -load[i]):
            if load[a] < min(load.values()) + 2:
                break
            before, j = reach(a, load[a] - 2)
            if j is None:
                continue
            path = [j]
            while before[path[-1]] is not None:
                path.append(before[path[-1]])
            path.reverse()
            steps = [
                (next(v for v in order if i in teams[v] and k not in teams[v] and k in jobs[v][1]), i, k)
                for i, k in itertools.pairwise(path)
            ]
            for v, i, k in steps:
                teams[v][teams[v].index(i)] = k
            load[a] -= 1
            load[j] += 1
            lengths.append(len(steps))
            moved = True
            break
    if cap is None or max(load.values()) <= cap:
        return teams, load, lengths, choices, None
    busiest = next(i for i in everybody if load[i] == max(load.values()))
    reached = sorted(reach(busiest, -1)[0], key=str.encode)
    used = sorted((v for v in order if set(teams[v]) & set(reached)), key=str.encode)
    return teams, load, lengths, choices, (reached, used, sum(load[i] for i in reached))


def _assignments(jobs: Jobs) -> Iterator[dict[str, int]]:
    """The loads of every possible assignment."""
    for teams in itertools.product(*(itertools.combinations(sorted(able), demand) for demand, able in jobs.values())):
        load: dict[str, int] = {}
        for i in itertools.chain.from_iterable(teams):
            load[i] = load.get(i, 0) + 1
        yield load


def _number_of(jobs: Jobs) -> int:
    number = 1
    for demand, able in jobs.values():
        number *= sum(1 for _ in itertools.combinations(able, demand))
    return number


def _tried(jobs: Jobs, load: dict[str, int], cap: int | None, witness: tuple | None) -> bool:
    """Whether all assignments were tried: none is more even, and one keeps to the cap if and only if there is no witness."""
    if _number_of(jobs) > MANY:
        return False
    squares, possible = None, False
    for one in _assignments(jobs):
        sum_of_squares = sum(x * x for x in one.values())
        squares = sum_of_squares if squares is None else min(squares, sum_of_squares)
        possible = possible or (cap is not None and max(one.values()) <= cap)
    if squares != sum(x * x for x in load.values()) or (cap is not None and possible != (witness is None)):
        raise ValueError("not the most even assignment, or a wrong witness")
    return True


def _vector(name: str, jobs: Jobs, idle: list[str], cap: int | None, department: str = "甲局") -> tuple[Vector, list[int]]:
    key = H(ALGORITHM, "deal", SEED, "P1", "B1", department)
    teams, load, lengths, choices, witness = literal(key, jobs, cap)
    theirs = verifier.deal(key, jobs, cap)
    if theirs != (teams, load, witness):
        raise ValueError(f"two readings of §7 differ: {name}")
    everybody = sorted({*load, *idle}, key=str.encode)
    expected = {"teams": teams, "loads": {i: load.get(i, 0) for i in everybody}, "witness": None}
    if witness:
        expected = {"teams": None, "loads": None, "witness": dict(zip(("inspectors", "visits", "load"), witness, strict=True))}
    return {
        "name": name,
        "seed": SEED,
        "plan": "P1",
        "batch": "B1",
        "department": department,
        "deal_key": key,
        "cap": cap,
        "inspectors": everybody,
        "visits": [{"entity": v, "demand": m, "eligible": sorted(able, key=str.encode)} for v, (m, able) in sorted(jobs.items())],
        **expected,
        "paths": lengths,
        "choices": choices,
        "all_assignments_tried": _tried(jobs, load, cap, witness),
    }, lengths


def _named() -> list[Vector]:
    five = [f"I{n}" for n in range(1, 6)]
    everybody = {f"E{n}": (2, set(five)) for n in range(1, 6)}
    chain = {
        "E1": (1, {"A", "B"}),
        "E2": (1, {"A", "B"}),
        "E3": (1, {"A"}),
        "E4": (1, {"A"}),
        "E5": (1, {"B", "C"}),
        "E6": (1, {"B", "C"}),
    }
    out = [
        _vector("one visit, one inspector", {"E1": (1, {"I1"})}, [], None),
        _vector("one visit, nobody but those needed", {"E1": (3, {"I1", "I2", "I3"})}, ["I4"], None),
        _vector("two per visit, everybody eligible", everybody, [], None),
        _vector("five per visit: all go everywhere", {v: (5, able) for v, (_, able) in everybody.items()}, [], None),
        _vector("slot numbers of two digits", {"E1": (12, {f"I{n}" for n in range(15)})}, [], None),
        _vector("an inspector whom nobody can use", everybody, ["I6", "I0"], None),
        _vector("recusals make one inspector go alone to two", chain, [], None),
        _vector("a cap that is just kept", {f"E{n}": (1, {"I1", "I2"}) for n in range(4)}, [], 2),
        _vector("a cap that is exceeded by one", {f"E{n}": (1, {"I1", "I2"}) for n in range(5)}, [], 2),
        _vector("a cap of zero", {"E1": (1, {"I1", "I2"})}, [], 0),
        _vector(
            "a witness that leaves out idle ones", {f"E{n}": (1, {"I1"} if n < 4 else {"I2", "I3"}) for n in range(5)}, [], 2
        ),
        _vector("a witness of all", {f"E{n}": (2, {"I1", "I2", "I3"}) for n in range(4)}, ["I9"], 2),
        _vector(
            "ids in which byte order differs from UTF-16",
            {f"E{n}": (1, {"\U00020bb7", "\ufa0e", "Z", "豫"}) for n in range(7)},
            [],
            None,
        ),
        _vector("another department, another deal", everybody, [], None, "乙局"),
        _vector("a department's name with a comma and a space", everybody, [], None, "公安局, 交警"),
    ]
    return [vector for vector, _ in out]


def _random_jobs(random) -> Jobs:
    people = [f"I{n}" for n in range(random.randint(2, 9))]
    jobs: Jobs = {}
    for n in range(random.randint(1, 14)):
        able = set(random.sample(people, random.randint(1, min(len(people), random.choice([2, 2, 3, 9])))))
        jobs[f"E{n}"] = (random.randint(1, min(len(able), random.choice([1, 1, 2, 3]))), able)
    return jobs


def make() -> str:
    random = chance("deals")
    out = _named()
    wanted = {"no path": 20, "paths of length 1": 30, "a path of length 2": 40, "a path of length 3 or more": 40, "a witness": 40}
    found = dict.fromkeys(wanted, 0)
    for _ in range(200_000):
        if found == wanted:
            break
        jobs, cap = _random_jobs(random), random.choice([None, None, None, 1, 2, 3])
        _, _, lengths, _, witness = literal(H(ALGORITHM, "deal", SEED, "P1", "B1", "甲局"), jobs, cap)
        longest = max(lengths, default=0)
        kind = "a witness" if witness else [*wanted][min(longest, 3)]
        if found[kind] < wanted[kind]:
            found[kind] += 1
            out.append(_vector(f"{kind}, number {found[kind]}", jobs, random.choice([[], ["I98"]]), cap)[0])
    for number in range(1, 7):  # larger ones: everybody eligible but for a few recusals
        people = [f"I{n:02d}" for n in range(random.randint(10, 30))]
        jobs = {
            f"E{n}": (2, set(people) - set(random.sample(people, random.randint(0, 6)))) for n in range(random.randint(20, 60))
        }
        out.append(_vector(f"a department of {len(people)}, {len(jobs)} visits, number {number}", jobs, [], None)[0])
    return document(
        "one department: who goes on which visit, by slot; loads; or the witness of a cap that cannot be kept (draw-v1 §7)",
        "two programs that agree: the independent verifier and a word-by-word reading of §7 in the maker; where "
        "`all_assignments_tried`, every possible assignment was enumerated besides: none is more even, and the cap can be kept "
        "by none if and only if there is a witness",
        out,
    )
