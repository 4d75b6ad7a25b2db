"""Derive a ledger again: python -I -S verify_record.py LEDGER [--batch ID] [--checkpoint FILE] [--json]
Exit status: 10 if a check failed, else 11 if one was impossible, else 0. From docs/spec/draw-v1.md ("section
n", all but 4.1) and ledger-v1.md alone. In plain words: seed, plan and batch hash to a key, key and id to a
ticket; a task draws first by (times drawn before, ticket, id); one of the least busy gets each place, by a
hash; then loads are made even. Letters: t task, e entity, i inspector, v visit (its entity), d department."""
import argparse, collections, contextlib, csv, datetime, fractions, hashlib, json, os, pathlib, re, sys
class Bad(Exception): status = "failed"  # what is there is wrong
class Missing(Bad): status = "impossible"  # what is needed is not there or cannot be read
def need(good, expected, actual, error=Bad, *value):  # expected: in words (and the very value)
    if not good: raise error(expected, actual, *value)
def same(expected, value, actual, error=Bad): need(value == actual, expected, actual, error, value)
def sha256(data): return hashlib.sha256(data).hexdigest()
def H(*fields): return sha256("".join([field + "\n" for field in fields]).encode())
def canonical(x): return json.dumps(x, ensure_ascii=False, sort_keys=True, separators=",:").encode() + b"\n"
def parse(data, form):  # canonical JSON (no form lets a float, a huge number or another key through)
    with contextlib.suppress(ValueError, RecursionError):
        if canonical(x := json.loads(data.decode())) == data and fits(x, form): return x
    raise Bad(f"canonical JSON with the keys and values of {form.get('schema', 'a line')}", data[:150])
def fits(x, form):
    """A form: a pattern of text, a least number, False (any bool), None, [form] (a list of it), [form, form]
    (just these), {key: form}, a tuple of choices (with ...: the key may lack) or a test (ValueError: no)."""
    if callable(form): return form(x)
    if isinstance(form, tuple): return any(fits(x, choice) for choice in form)
    if form in (None, ...) or type(x) is not type(form): return x is form
    if isinstance(form, str): return re.fullmatch(form, x) is not None
    if isinstance(form, int): return form <= x < 2 ** 53
    if isinstance(form, dict): return {*x} <= {*form} and all(fits(x.get(k, ...), form[k]) for k in form)
    return len(x) == len(form) and all(map(fits, x, form)) if form[1:] else all(fits(y, form[0]) for y in x)
HIDDEN = """0-1F 7F-9F AD 600-605 61C 6DD 70F 890-891 8E2 180E 200B-200F 2028-202E 2060-2064 2066-206F
    D800-DFFF FEFF FFF9-FFFB 110BD 110CD 13430-1343F 1BCA0-1BCA3 1D173-1D17A E0001 E0020-E007F"""
SEEN = "[^%s]" % "".join(re.sub("[0-9A-F]+", lambda x: chr(int(x[0], 16)), part) for part in HIDDEN.split())
TEXT, ID, NAME, LISTED = SEEN + "*", SEEN + "{1,64}", SEEN + "+", r"(?!\*\Z)" + SEEN + "*"  # not "*"
def is_day(x): return str(datetime.date.fromisoformat(str(x))) == x
def is_expiry(x): return x == "" or is_day(x) and (x < "9999" or x == "9999-12-31")
def is_ratio(x): return fits(x, "[1-9].*/[1-9].*") and x[:64] in ("1/1", str(min(1, fractions.Fraction(x))))
def items(x): return x.split(";") if x else []  # of a set
def is_set(x): return fits(x, TEXT) and items(x) == sorted({y.strip() for y in re.findall("[^;|\uff1b]+", x)})
T, X, SETS = "(?s:.*)", "[0-9a-f]{64}", dict.fromkeys(["categories", "qualifications"], is_set)
# of() writes the form of an object in short: a word is a key, and the sign at its end says what stands there.
# No sign: any text; !: text, nothing HIDDEN; ~: text or null; $: a digest, 64 hex digits; *: a list of texts;
# #: a number from 0 on; %: that or null. Or by name: of("id rows#", x=[X]) is {"id": T, "rows": 0, "x": [X]}.
SIGNS = {"#": 0, "%": (None, 0), "$": X, "~": (None, T), "*": [T], "!": TEXT}
def of(keys, **more): return {**{k.rstrip("#%$~*!"): SIGNS.get(k[-1], T) for k in keys.split()}, **more}
SOURCES = {"text": "()(.+)", "os-random": "()(%s)" % X, "dice": "()([1-6]+)",  # its name, its value
           "ssq": "([0-9]{7}):([0-9]{2}(?: [0-9]{2}){5})[+](?:0[1-9]|1[0-6])", "share": "([^:]+):(%s)" % X,
           "drand-quicknet": "([1-9][0-9]{0,14}):(%s)(?::(?:[0-9a-f]{2})+)?" % X}
TO_COME = {"ssq": "issue", "drand-quicknet": "round#", "share": "name digest$"}  # what names a value
SOURCE = tuple(of(TO_COME.get(kind, ""), kind=kind, not_before=(..., T)) for kind in SOURCES)
HEAD = of("", schema="shuangsuiji/record/1", algorithm="shuangsuiji/draw/1", hash="sha256")
FILE, MEMBER = of("snapshot$ rows#"), of("inspector name department slot#", leader=False)
SEALED = {"plan": of("id title snapshot$"), "batch": T, "cycle": T, "inputs": of(
    "", entities=FILE, inspectors=FILE, recusals=(None, FILE)), "history": [X]}
STRATUM = of("name frame_size# frame_sha256$ eligible# sample_size# shortage#",
             excluded=[of("entity reason")], cutoff=(None, of("tier# ticket$")))
BLOCKED, WITNESS = of("department entity demand# eligible*"), of("department cap# load# inspectors* visits*")
RULES = of("id name ratio~ count% rounding at_least# at_most% coordination_group~")
EVENTS = {"seal": of("seed_document~", **SEALED, schema="shuangsuiji/seal/1",
              entropy=lambda x: x != [] and fits(x, [SOURCE])),
          "draw": of("seal$ entity_key$", **SEALED, **HEAD, seed=of("document sha256$ class"),
              tasks=[of("", **RULES, strata=[STRATUM], sample=[of("entity stratum tier# ticket$")])],
              visits=[of("entity name tasks*", team=[MEMBER])], loads=[of("department inspector visits#")]),
          "failure": of("seal$ reason", schema="shuangsuiji/failure/1", blocked=[BLOCKED], witness=[WITNESS]),
          "void": of("target$ reason approved_by", schema="shuangsuiji/void/1", keep_seed=False),
          "repair": of("position# length# sha256$", schema="shuangsuiji/repair/1")}
LINE = of("batch! file hash$ operator plan! prev$ seq# sha256$ tool type", sources=[of("name sha256$",
          role="plan|entities|inspectors|recusals")], time=r"(?a)\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\+08:00")
BY = (of("by!", weights=[[TEXT, 1, 0]]), of("by!", ratios=[[LISTED, is_ratio]], other=(..., is_ratio)))
OPTIONAL = dict(strata=(None, BY), ratio=(None, is_ratio), count=(None, 0), at_least=(1, 0),
    at_most=(None, 0), coordination_group=(None, TEXT), max_visits_per_cycle=(None, 0), minimum_team=(2, 3),
    per_department=(1, 2), rounding=("up", "half_up|down"), allow_empty=(False, True), cooperators=([], [TEXT]
    ), qualifications=([], [[TEXT, [TEXT]]]))  # of a task: its default, the form of others (ratios reduced)
TASK = of("id! name! batch! initiator!", where=[[TEXT, "in|not_in", [TEXT]]],
          window={"from": is_day, "to": is_day}, **{key: (..., x[1]) for key, x in OPTIONAL.items()})
PLAN = of("id! title! cycle!", schema="shuangsuiji/plan/1", tasks=[TASK], max_visits_per_inspector=(..., 0),
          entity_statuses=[TEXT], inspector_statuses=[TEXT])
TABLES = {"entities": dict(id=ID, name=NAME), "inspectors": dict(
    id=ID, name=NAME, certificate_expiry=is_expiry, department=TEXT, qualifications=is_set),
    "recusals": dict(inspector=ID, entity=ID, reason=TEXT)}  # columns; others: SETS or TEXT
def complete(plan):  # with the defaults that its snapshot leaves out
    return {**plan, "tasks": [{**{key: x[0] for key, x in OPTIONAL.items()}, **t} for t in plan["tasks"]]}
def read_plan(data):  # of a snapshot, completed; Bad also for an input error that shows without the pools
    plan, groups = parse(data, PLAN), {}
    written = [key for t in plan["tasks"] for key in OPTIONAL.keys() & t if t[key] == OPTIONAL[key][0]]
    need(plan["tasks"] and not written, "tasks, and no default that is written out", written)
    for t in plan["tasks"]: need("weights" not in t.get("strata", {}), "no weights (4.1)", t["id"], Missing)
    starts, ends, ids = zip(*((t["window"]["from"], t["window"]["to"], t["id"]) for t in plan["tasks"]))
    need(max(starts) <= min(ends) and len({*ids}) == len(ids), "a day in all windows; different ids", ids)
    for t in complete(plan)["tasks"]:
        strata = t["strata"] or {"by": "", "ratios": []}
        one = [t["ratio"], t["count"], t["strata"]].count(None) == 2 and None in (t["strata"], t["at_most"])
        names = strata["by"] not in SETS and len(dict(strata["ratios"])) == len(strata["ratios"])
        need(one and names, "a ratio, a count, or (no at_most) strata by single values, none twice", t["id"])
        group, where = t["coordination_group"], sorted(t["where"])  # in whatever order
        if group is not None: same("where of all its group", groups.setdefault(group, where), where)
    return complete(plan)
def read_table(data, pool, plan):  # of a CSV snapshot; the plan says which columns of the entities are there
    def quoted(cell): return '"%s"' % cell.replace('"', '""') if "," in cell or '"' in cell else cell
    tests, k = TABLES[pool], 3 if pool == "recusals" else 1
    named = {x[0] for t in plan["tasks"] for x in [*t["where"], [(t["strata"] or {"by": "id"})["by"]]]}
    try:
        head, *body = csv.reader(data.decode().split("\n")[:-1], strict=True)
        again = "".join([",".join(map(quoted, row)) + "\n" for row in [head, *body]])
        more = (named if pool == "entities" else set()) | {"status"}.intersection(head if k == 1 else [])
        same("the columns", [*tests, *sorted(more - {*tests})], head)
        need({*map(len, body)} <= {len(head)} and again.encode() == data, "rows as in section 1", "others")
        need(all(a[:k] < b[:k] for a, b in zip(body, body[1:])), "rows in byte order, none twice", "others")
        table = {column: [row[n] for row in body] for n, column in enumerate(head)}
        forms = {**dict.fromkeys(head, TEXT), **SETS, **tests}  # (csv itself refuses a longer cell, too)
        wrong = [(c, x) for c in head for x in {*table[c]} if len(x) > 131072 or not fits(x, forms[c])]
        need(not wrong, "cells in their form, with at most 131,072 characters", wrong[:1])
        return table
    except (ValueError, csv.Error) as error: raise Bad(f"a snapshot of {pool}", str(error)) from None
def read_seed(document, error=Bad):  # the seal it answers, or None; its sources: [(kind, its name, value)]
    found, sources = re.fullmatch("shuangsuiji/seed/1\n(?:seal:([0-9a-f]{64})\n)?((?:.+\n)+)", document), []
    for line in found[2].split("\n")[:-1] if found else [""]:
        kind, _, rest = line.partition(":")
        parts = re.fullmatch(SOURCES.get(kind, "(?!)"), rest)
        reds = ["00", *parts[2].split(), "34"] if parts and kind == "ssq" else []
        need(parts and fits(line, TEXT) and reds == sorted({*reds}), "a seed (section 2)", line, error)
        sources.append((kind, *parts.groups()))
    return found[1], sources
def seed_class(document):
    kinds = [line.partition(":")[0] for line in document.split("\n")[1:-1]]
    public = kinds[:1] == ["seal"] and {"dice", "ssq", "drand-quicknet", "share"}.intersection(kinds)
    return "public" if public else "os" if kinds in (["os-random"], ["seal", "os-random"]) else "operator"
def planned(t, size, ratio):  # n of a frame or stratum of this size (section 4), before it is cut to E
    p, q = fractions.Fraction(ratio or 0).as_integer_ratio()
    n = {"up": -(-size * p // q), "half_up": (2 * size * p + q) // (2 * q), "down": size * p // q}
    n = max(n[t["rounding"]] if ratio else t["count"], t["at_least"] if size else 0)
    return n if t["at_most"] is None else min(n, t["at_most"])
def stratify(plan, t, entities):  # the frame of a task by strata: [(stratum, its ids, n)]
    frame, strata = range(len(entities["id"])), t["strata"] or {"ratios": [["*", t["ratio"]]]}
    for c, how, values in t["where"] + [["status", "in", plan["entity_statuses"]]] * ("status" in entities):
        out = {x for x in {*entities[c]} if {*values}.isdisjoint(items(x) if c in SETS else [x])}
        frame = [n for n in frame if (entities[c][n] in out) == (how == "not_in")]
    need(frame or t["allow_empty"], f"an entity at least in the frame of task {t['id']}", "none")
    ratios, found = dict(strata["ratios"]), {name: [] for name, _ in strata["ratios"]}
    for n in frame:
        found.setdefault(entities[strata["by"]][n] if "by" in strata else "*", []).append(entities["id"][n])
    others = sorted(found.keys() - ratios.keys())
    need(not others or "other" in strata and not {"", "*"} & {*others}, "values with a stratum", others[:3])
    ratios.update(dict.fromkeys(others, strata.get("other")))
    return [(name, found[name], planned(t, len(found[name]), ratio)) for name, ratio in ratios.items()]
def sample(t, strata, tickets, history):  # a task as it stands in the record
    group, cap, drawn, results = t["coordination_group"], t["max_visits_per_cycle"], [], []
    visits = collections.Counter(e for past in history for e in {v["entity"] for v in past["visits"]})
    tiers = collections.Counter(e for past in history if group for e in {
        x["entity"] for old in past["tasks"] if old["coordination_group"] == group for x in old["sample"]})
    for name, ids, n in strata:
        out = [e for e in ids if cap is not None and visits[e] >= cap]
        left = sorted((tiers[e], tickets[e], e) for e in {*ids}.difference(out))
        drawn += [{"entity": e, "stratum": name, "tier": tier, "ticket": x} for tier, x, e in left[:n]]
        results.append(dict(name=name, frame_size=len(ids), frame_sha256=H(*ids), eligible=len(left),
                            sample_size=min(n, len(left)), shortage=max(0, n - len(left)),
                            excluded=[{"entity": e, "reason": "max_visits"} for e in out],
                            cutoff={key: drawn[-1][key] for key in ("tier", "ticket")} if left[:n] else None))
    return {**{rule: t[rule] for rule in RULES}, "strata": results, "sample": drawn}
def duty(plan, tasks, inspectors):  # of a visit: {department: (demand, those eligible but for recusals)}
    demand, asked, until = {}, {}, max(t["window"]["to"] for t in tasks)
    for t, d in [(t, d) for t in tasks for d in (t["initiator"], *t["cooperators"])]:
        demand[d] = max(demand.get(d, 0), t["per_department"])
        asked.setdefault(d, set()).update(*(names for place, names in t["qualifications"] if place == d))
    demand[tasks[0]["initiator"]] += max(0, max(t["minimum_team"] for t in tasks) - sum(demand.values()))
    rows, statuses = [*zip(*inspectors.values())], {*plan["inspector_statuses"]}
    return {d: (m, {i for i, _, expiry, home, held, *status in rows if home == d and expiry >= until and
                    statuses.issuperset(status) and asked[d] <= {*items(held)}}) for d, m in demand.items()}
def deal(prefix, jobs, cap):
    """Section 7 for one department; jobs: {entity: (demand, eligible)}, none blocked. Gives teams, {entity:
    [slot 1, ...]}; the loads; and step 4's witness (S, X, load of S) if the cap is exceeded, else None."""
    turn, pool = {v: (H(prefix, "order", v), v) for v in jobs}, set().union(*(x[1] for x in jobs.values()))
    rank, held = {i: (H(prefix, "rank", i), i) for i in pool}, {i: set() for i in pool}  # held: visits of i
    teams, stuck = {v: [] for v in sorted(jobs, key=turn.get)}, set()
    def load(i): return len(held[i])
    def busiest(of): return min(of, key=lambda i: (-load(i), rank[i]))
    def search(a, goal):  # {inspector reached: (from whom, in which visit)}, the first with a load <= goal
        reached, queue = {a: None}, [a]
        for i in queue:
            if load(i) <= goal: return reached, i
            first = {j: (i, v) for v in sorted(held[i], key=turn.get, reverse=True)  # the first visit stays
                     for j in jobs[v][1].difference(teams[v], reached)}
            reached.update(first)
            queue += sorted(first, key=rank.get)
        return reached, None
    for v, team in teams.items():  # step 2
        for slot in range(1, jobs[v][0] + 1):
            least = min(map(load, jobs[v][1].difference(team)))
            C = sorted(i for i in jobs[v][1].difference(team) if load(i) == least)
            team.append(C[int(H(prefix, "pick", v, str(slot)), 16) % len(C)])
            held[team[-1]].add(v)
    while (rest := pool - stuck) and load(a := busiest(rest)) >= min(map(load, pool)) + 2:  # step 3
        reached, j = search(a, load(a) - 2)
        if j is None: stuck.update(reached)  # for ever: a later path among them would help a as well. All
        # have load(a) - 1 or more, and who is tried later load(a) or less: no later path ends here, nor (none
        # leads out) passes. So none brings somebody new into a visit of theirs: he would be reached, too.
        while j is not None and reached[j]:
            i, v = reached[j]
            teams[v][teams[v].index(i)] = j
            held[i], held[j], j = held[i] - {v}, held[j] | {v}, i
    S = sorted(search(busiest(pool), -1)[0]) if cap is not None and max(map(load, pool)) > cap else []
    witness = (S, sorted({v for i in S for v in held[i]}), sum(map(load, S))) if S else None  # step 4
    return teams, {i: load(i) for i in pool}, witness
def draw(plan, batch, entities, inspectors, recusals, history, seed):
    """The parts of a record that are derived; and None, or a failure's reason, blocked and witness."""
    plan, serves, recused, duties, jobs = complete(plan), {}, {}, {}, {}
    frames, cap = [stratify(plan, t, entities) for t in plan["tasks"]], plan.get("max_visits_per_inspector")
    key = H("shuangsuiji/draw/1", "entity", seed, plan["id"], batch)
    tickets = {e: H(key, e) for e in {e for strata in frames for _, ids, _ in strata for e in ids}}
    tasks = [sample(t, strata, tickets, history) for t, strata in zip(plan["tasks"], frames)]
    drawn = [{x["entity"] for x in t["sample"]} for t in tasks]
    for i, e, _ in zip(*recusals.values()) if recusals else (): recused.setdefault(e, set()).add(i)
    for v in sorted(set().union(*drawn), key=lambda v: (tickets[v], v)):
        serves[v] = which = tuple(n for n, ids in enumerate(drawn) if v in ids)
        duties[which] = duties.get(which) or duty(plan, [plan["tasks"][n] for n in which], inspectors)
        for d, (m, fit) in duties[which].items():
            jobs.setdefault(d, {})[v] = m, fit - recused[v] if v in recused else fit
    blocked = [{"department": d, "entity": v, "demand": m, "eligible": sorted(fit)}
               for d in sorted(jobs) for v, (m, fit) in jobs[d].items() if len(fit) < m]
    deals = {d: deal(H("shuangsuiji/draw/1", "deal", seed, plan["id"], batch, d), jobs[d], cap)
             for d in sorted(jobs) if not blocked}
    witness = [{"department": d, "cap": cap, "inspectors": found[0], "visits": found[1], "load": found[2]}
               for d, (_, _, found) in deals.items() if found]
    why = dict(reason="too_few_eligible" if blocked else "cap_exceeded", blocked=blocked, witness=witness)
    if blocked or witness: return {"entity_key": key, "tasks": tasks}, why
    names, persons = (dict(zip(table["id"], table["name"])) for table in (entities, inspectors))
    visits = [dict(entity=v, name=names[v], tasks=[tasks[n]["id"] for n in which], team=[
        dict(inspector=i, name=persons[i], department=d, slot=s, leader=(n, s) == (0, 1)) for n, d in
        enumerate(duties[which]) for s, i in enumerate(deals[d][0][v], 1)]) for v, which in serves.items()]
    loads = [dict(department=d, inspector=i, visits=deals[d][1].get(i, 0)) for d in deals
             for i, home in zip(inspectors["id"], inspectors["department"]) if home == d]
    return {"entity_key": key, "tasks": tasks, "visits": visits, "loads": loads}, None
def record(seal, digest, document, drawn):  # of a seal with this digest, a seed document, what draw() gave
    seed = {"document": document, "sha256": sha256(document.encode()), "class": seed_class(document)}
    return {**{key: seal[key] for key in SEALED}, **drawn, **HEAD, "seal": digest, "seed": seed}
def failure(digest, why): return {"schema": "shuangsuiji/failure/1", "seal": digest, **(why or {})}
def pick(items, *keys): return [{key: x[key] for key in keys} for x in items]
def strata(r, *keys): return [pick(t["strata"], *keys) for t in r["tasks"]]
PARTS = {"seal": lambda r: [pick([r], *SEALED), r["seed"]["document"]], "keys": lambda r: r["entity_key"],
         "frames": lambda r: strata(r, "name", "frame_size", "frame_sha256", "eligible", "excluded"),
         "sizes": lambda r: [pick(r["tasks"], *RULES), strata(r, "sample_size", "shortage")],
         "samples": lambda r: [pick(r["tasks"], "sample"), strata(r, "cutoff")],
         "visits": lambda r: pick(r["visits"], "entity", "name", "tasks"),
         "teams": lambda r: pick(r["visits"], "team"), "loads": lambda r: r["loads"], "record": lambda r: r}
AFTER = {"seal": ["open", "failure", "void"], "draw": ["seal"], "failure": ["seal"], "void": ["seal", "draw"]}
FOR_ALL = ("lines", "checkpoint", "events", "states")  # also of other batches than the one asked for
class Ledger:  # ---- ledger-v1: all checks of a ledger (or those of one batch), made line by line
    def __init__(self, folder, checkpoint=None, batch=None):
        self.folder, self.checks, self.lines, self.files = pathlib.Path(folder), [], [], set()
        self.batches, self.passed, self.past, self.live, self.open, hashes = {}, set(), {}, {}, {}, ["0" * 64]
        with self.check("lines") as whole:
            *rows, rest = self.read("ledger.jsonl").split(b"\n")
            for row in rows:
                line = parse(row + b"\n", LINE)
                bare = canonical({key: line[key] for key in line if key != "hash"})
                must = {"seq": len(hashes), "prev": hashes[-1], "hash": sha256(bare)}
                same("what goes on from the line before", [must], pick([line], *must))
                self.lines.append(line)
                hashes.append(line["hash"])
            need(not rest, "LF at the end of the last line", rest[-150:])
        if checkpoint is not None:
            with self.check("checkpoint"):
                data, text = self.read(os.path.abspath(checkpoint), limit=4097), ""
                with contextlib.suppress(ValueError): text = data.decode("utf-8-sig").replace("\r\n", "\n")
                found = re.fullmatch("shuangsuiji/ledger/1 .*\n(0|[1-9][0-9]{0,9})\n([0-9a-f]{64})\n?", text)
                need(found and len(data) <= 4096, "three lines, up to 4096 bytes", data[:150], Missing)
                lost = int(found[1]) >= len(hashes) and whole["status"] != "passed"
                same("the hash of its line", [found[2]], hashes[int(found[1]):][:1], Missing if lost else Bad)
        for line in self.lines: self.follow(line)
        self.checks = [x for x in self.checks if batch in (None, x["batch"]) or x["check"] in FOR_ALL]
    @contextlib.contextmanager
    def check(self, check, line={}):  # it passes unless what stands under it raises Bad or Missing
        x = {"check": check, **{key: line.get(key) for key in ("seq", "plan", "batch")}, "status": "passed"}
        self.checks.append({**x, "expected": "", "actual": ""})
        try: yield self.checks[-1]
        except Bad as error:
            expected, *sides = error.args[0], *map(repr, error.args[1:])  # of same(): shown where they differ
            start = max(0, len(os.path.commonprefix(sides)) - 40) if sides[1:] else 0
            actual, *value = ("..." * (start > 0) + side[start:][:150] for side in sides)
            self.checks[-1].update(status=error.status, expected=": ".join([expected, *value]), actual=actual)
    def read(self, path, digest=None, limit=-1):  # the bytes of a file with this digest; not more than limit
        self.files.add(file := self.folder / path)
        with contextlib.suppress(OSError), open(file if file.is_file() else "", "rb") as opened:
            data = opened.read(limit)
            same(f"the SHA-256 of {path}", digest or sha256(data), sha256(data))
            return data
        raise Missing(f"the file {path}", "not there, or it cannot be read")
    def follow(self, line):  # the checks of a line; an event that cannot take part leaves its batch unknown
        kind, digest, key = line["type"], line["sha256"], (line["plan"], line["batch"])
        batch = self.batches.setdefault(key, {"last": "open", "keeps": None, "seals": {}})
        with self.check("events", line) as events:
            need(kind in EVENTS, "a type of event that this verifier knows", kind, Missing)
            same("its file", "events/%06d-%s.json" % (line["seq"], kind), line["file"])
            event = parse(self.read(line["file"], digest), EVENTS[kind])
            named, by = event.get("target", event.get("seal")), "hash" if kind == "void" else "sha256"
            owners = [(x["plan"], x["batch"]) for x in self.lines[:line["seq"] - 1] if x[by] == named]
            if kind in ("seal", "draw"): owners = [(event["plan"]["id"], event["batch"])]
            if kind == "repair": owners = [("", "")]
            need(not owners or key in owners, f"the plan and batch of its event: {owners[:1]}", key)
        if events["status"] != "passed": return batch.update(last="unknown")
        document = event["seed"]["document"] if kind == "draw" else event.get("seed_document")
        if kind == "seal": batch["seals"][digest] = event, document, batch["keeps"]
        with self.check("states", line) as states: self.place(line, event, batch, by, named, document)
        if kind == "seal":
            with self.check("inputs", line): self.inputs(event, digest)
            with self.check("history", line): self.history(event, digest)
            if document is not None:
                with self.check("seed", line): self.seed(batch, digest, document)
        elif kind == "draw":
            self.past[digest] = event
            if states["status"] == "passed": self.live[line["hash"]] = digest, event["cycle"]
            seal = derived = None
            with self.check("seal", line):
                seal, known, _ = self.sealed(batch, named)
                must = record(seal, named, document if known is None else known, {})
                same("what its seal says", PARTS["seal"](must), PARTS["seal"](event))
            with self.check("seed", line): same("its class", self.seed(batch, named, document), event["seed"])
            for check in [*PARTS][1:]:
                with self.check(check, line):
                    need(seal, "the seal that it names", "none that can be read", Missing)
                    drawn, why = derived = derived or self.derive(seal, named, must["seed"]["document"])
                    need(not why, "a failure", "a draw", Bad if check == "record" else Missing)
                    same(f"{check}, derived again", PARTS[check]({**must, **drawn}), PARTS[check](event))
        elif kind == "failure":
            with self.check("failure", line):
                seal, known, _ = self.sealed(batch, named)
                why = self.derive(seal, named, known)[1] or {"reason": "none"}
                same("the failure, derived again", failure(named, why), event)
        elif states["status"] == "passed": self.live.pop(named, None)
    def place(self, line, event, batch, by, named, document):  # an event in its place moves its batch on
        kind, last, keeps = line["type"], batch["last"], batch["keeps"]
        if last == "unknown" or kind == "repair": return
        need(last in AFTER[kind], f"before a {kind}: {' or '.join(AFTER[kind])}", last)
        if kind != "seal": same(f"the {by} of the last line of its batch", batch["line"][by], named)
        holds = event.get("entropy", batch.get("holds")) if document is None else document
        if kind == "seal" and keeps not in (None, True): same("the seed kept", keeps, holds)
        if kind == "void": keeps = holds if event["keep_seed"] else None
        if kind == "failure": keeps = holds if isinstance(holds, str) else True  # of an open seal: not known
        batch.update(last=kind, line=line, holds=holds, keeps=keeps)
        need(kind != "seal" or keeps is not True, "the seed to keep", "not in a failure", Missing)
    def sealed(self, batch, digest, error=Bad):  # a seal of the batch, its seed document, what it had to keep
        if digest in batch["seals"]: return batch["seals"][digest]
        raise (Missing if batch["last"] == "unknown" else error)("a seal of its batch", digest)
    def inputs(self, seal, digest):  # the decoded snapshots stay in self.open
        def data(file, kind): return self.read(f"snapshots/{file['snapshot']}.{kind}", file["snapshot"])
        self.open = {"seal": digest, "plan": (plan := read_plan(data(seal["plan"], "json")))}
        same("the plan of the seal", (*pick([seal["plan"]], "id", "title"), seal["cycle"], {seal["batch"]}),
             (*pick([plan], "id", "title"), plan["cycle"], {t["batch"] for t in plan["tasks"]}))
        for pool, file in seal["inputs"].items():
            table = self.open[pool] = file and read_table(data(file, "csv"), pool, plan)
            same(f"rows of {pool}", file and file["rows"], table and len([*table.values()][0]))
        for t in plan["tasks"]: stratify(plan, t, self.open["entities"])  # Bad for an input error
        self.passed.add(digest)
    def history(self, seal, digest):  # the live records of its cycle, if a task asks for any
        need(digest in self.passed, "inputs that passed", "they did not", Missing)
        asks = {(t["coordination_group"], t["max_visits_per_cycle"]) for t in self.open["plan"]["tasks"]}
        must = [x for x, cycle in self.live.values() if cycle == seal["cycle"] and asks != {(None, None)}]
        lost = any(batch["last"] == "unknown" for batch in self.batches.values())
        same("the live records of its cycle", must, seal["history"], Missing if lost else Bad)
    def seed(self, batch, digest, document):  # the sources and the open seal answered; the seed for a record
        answered, sources = read_seed(document)  # (which fails with or without a seal)
        seal, known, kept = self.sealed(batch, digest, Missing)
        if known is None: same("the open seal", digest, answered)
        elif answered and kept != document:  # (one that had to be kept may name any seal)
            need(batch["last"] == "unknown" or kept is True, "no seal: in a seed that was not kept", answered)
            need(self.sealed(batch, answered, Missing)[1] is None, "an open seal", answered)
        same("sources", [(x["kind"], str(x.get("issue", x.get("round", x.get("name", "")))), x.get("digest"))
                         for x in seal["entropy"]],
             [(kind, name, H(value) if kind == "share" else None) for kind, name, value in sources])
        return record(seal, digest, document, {})["seed"]
    def derive(self, seal, digest, document):  # what draw() gives for a seal and a seed document
        need(digest in self.passed, "inputs of its seal that passed", "they did not", Missing)
        need({*seal["history"]} <= {*self.past}, "a history that can be read", seal["history"], Missing)
        read_seed(document or "", Missing)  # (of an open seal that failed, there is no document)
        if self.open["seal"] != digest: self.inputs(seal, digest)
        return draw(self.open["plan"], seal["batch"], *map(self.open.get, TABLES),
                    [self.past[x] for x in seal["history"]], sha256(document.encode()))
def report(ledger, status):  # line by line; "failed" < "impossible" < "passed"
    for x in ledger.checks:
        yield f"{x['status']:<10}  {x['check']:<10}  {x['seq'] or ''}  {x['plan'] or ''} {x['batch'] or ''}"
        if x["status"] != "passed": yield f"    expected  {x['expected']}\n    actual    {x['actual']}"
    for path in sorted({*ledger.folder.rglob("*")} - ledger.files - {ledger.folder / "ledger.lock"}):
        if os.path.isfile(path): yield f"no fault, but no line names it: {str(path)!r}"
    yield (f"{status}: {len(ledger.lines)} events. No verifier can know if the pools were true and whole,\n"
           "what a public source said, if (classes operator and os) other seeds were tried elsewhere, or,\n"
           "but for what a checkpoint shows, if a tail was cut off or everything rewritten.")
def main(argv=None):
    parser = argparse.ArgumentParser(description="Re-derive every draw of a ledger.")
    parser.add_argument("ledger", help="its folder")
    parser.add_argument("--batch", metavar="ID", help="only the checks of this batch and of the ledger")
    parser.add_argument("--checkpoint", metavar="FILE", help="a checkpoint that was in other hands")
    parser.add_argument("--json", action="store_true", help="one JSON document")
    args = parser.parse_args(argv)
    ledger = Ledger(args.ledger, args.checkpoint, args.batch)
    batches, status = [x["batch"] for x in ledger.lines], min(x["status"] for x in ledger.checks)
    if args.batch not in [None, *batches] and ledger.checks[0]["status"] == "passed":
        parser.error("the ledger has no event of this batch")
    sys.stdout.reconfigure(errors="backslashreplace")
    print(json.dumps({"checks": ledger.checks}) if args.json else "\n".join(report(ledger, status)))
    return {"failed": 10, "impossible": 11, "passed": 0}[status]
if __name__ == "__main__": sys.exit(main())
