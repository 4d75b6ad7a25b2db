#!/usr/bin/env python3
"""Re-derive every draw of a ledger: an independent reader of shuangsuiji/draw/1 and shuangsuiji/ledger/1.

    python -I -S verify_record.py LEDGER [--batch ID] [--checkpoint FILE] [--json]

Written from docs/spec/draw-v1.md ("section n" is there) and ledger-v1.md alone, without a look at the engine.
Exit status: 10 if any check failed, else 11 if any was impossible, else 0; 2: called wrongly; 1: a bug here.

How a draw is computed, in plain words. A seal first fixes the plan, the pools and where the seed comes from;
the seed is the SHA-256 of a short text. Hashing seed, plan and batch gives a key; hashing the key with the id
of an entity gives its ticket. Each task takes the entities that meet its conditions (its frame), counts how
many to draw, sorts by (times drawn before in this cycle, ticket, id) and draws from the top. An entity drawn
gets one visit, for however many tasks. Then each department deals its inspectors to its visits: in a hashed
order, each place goes to one of the least burdened of the eligible, chosen by a hash; then visits are handed
on along chains of inspectors until no chain makes the loads more even. No clock, no random stream and no
floating-point number goes in: anybody can do it again and compare.

Letters as in the specification: t task, e entity, i inspector, v visit (its entity), d department.
As a library: Ledger(folder).checks lists the checks; all above it is pure. draw() computes, record() and
failure() make the events of it, canonical() their bytes. A table is {column: [the cell of each row]}, in the
order of the snapshot; read_plan() and read_table() decode snapshots.
"""
import argparse
import csv
import hashlib
import json
import os
import pathlib
import re
import sys
import unicodedata
from collections import Counter
from fractions import Fraction


class Bad(Exception):
    status = "failed"  # what is there is wrong
class Missing(Bad):
    status = "impossible"  # what is needed is not there or cannot be read
def need(good, reason, error=Bad):
    if not good:
        raise error(reason)

# ---- Sections 0, 1 and 8: hashes, canonical JSON, the forms of values
def sha256(data): return hashlib.sha256(data).hexdigest()
def H(*fields): return sha256("".join([field + "\n" for field in fields]).encode())
def canonical(x):
    return json.dumps(x, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode() + b"\n"
def parse(data, form):
    """The value of canonical JSON of a form. (No form lets a float, a huge number or another key through.)"""
    try:
        x = json.loads(data.decode())
        need(canonical(x) == data and fits(x, form), "JSON that is not canonical or not of its schema")
        return x
    except (ValueError, RecursionError) as error:
        raise Bad(f"not JSON: {error}") from None
def fits(x, form):
    """A form: {key: form} (key? may lack), [form] (any number), a tuple of choices, a test, or a constant."""
    if isinstance(form, dict):
        return isinstance(x, dict) and x.keys() <= {key.rstrip("?") for key in form} and all(
            fits(x[key.rstrip("?")], form[key]) if key.rstrip("?") in x else key[-1] == "?" for key in form)
    if isinstance(form, list):
        return isinstance(x, list) and all(fits(item, form[0]) for item in x)
    if isinstance(form, tuple):
        return any(fits(x, choice) for choice in form)
    return form(x) if callable(form) else type(x) is type(form) and x == form
def row(*forms): return lambda x: isinstance(x, list) and len(x) == len(forms) and all(map(fits, x, forms))
def some(form): return lambda x: x != [] and fits(x, [form])
def matches(pattern): return lambda x: isinstance(x, str) and re.fullmatch(pattern, x) is not None
def at_least(least): return lambda x: type(x) is int and least <= x < 2 ** 53
HIDDEN = {c for c in map(chr, range(0x110000)) if unicodedata.category(c) in ("Cc", "Cf", "Cs", "Zl", "Zp")}
def is_value(x):
    return T(x) and HIDDEN.isdisjoint(x) and x == " ".join(x.split()) and unicodedata.is_normalized("NFC", x)
def is_field(x): return is_value(x) and x != ""
def is_id(x, marks="._-", form="NFC"):
    return T(x) and 1 <= len(x) <= 64 and unicodedata.is_normalized(form, x) and all(
        c in marks or unicodedata.category(c)[0] in "LN" for c in x)
def is_pool_id(x): return is_id(x, "._-/()#", "NFKC") and not re.search("[a-z]", x)
def members(cell): return cell.split(";") if cell else []
def is_set(x):
    return all(map(is_field, members(x))) and members(x) == sorted({*members(x)}) and not {*"|\uff1b"} & {*x}
def is_ratio(x):
    return matches("[1-9][0-9]{0,99}/[1-9][0-9]{0,99}")(x) and "%d/%d" % Fraction(x).as_integer_ratio() == x \
        and Fraction(x) <= 1
is_date = matches("(?!9999)[0-9]{4}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])|9999-12-31")
is_time = matches(r"[0-9]{4}(-[0-9]{2}){2}T[0-9]{2}(:[0-9]{2}){2}\+08:00")

# ---- Sections 1 and 9 and ledger-v1: the forms of lines, events, plans and tables
T, N, X, B = matches("(?s:.*)"), at_least(0), matches("[0-9a-f]{64}"), (True, False)  # text, number, digest
FILE = {"snapshot": X, "rows": N}
SEALED = {"plan": {"id": is_id, "title": is_value, "snapshot": X}, "batch": is_id, "cycle": is_field,
          "inputs": {"entities": FILE, "inspectors": FILE, "recusals": (None, FILE)}, "history": [X]}
RULES = {"id": T, "name": T, "ratio": (None, T), "count": (None, N), "rounding": T, "at_least": N,
         "at_most": (None, N), "coordination_group": (None, T)}
STRATUM = {"name": T, "frame_size": N, "frame_sha256": X, "eligible": N, "sample_size": N, "shortage": N,
           "excluded": [{"entity": T, "reason": T}], "cutoff": (None, {"tier": N, "ticket": X})}
PICKED, MEMBER = {"entity": T, "stratum": T, "tier": N, "ticket": X}, {
    "inspector": T, "name": T, "department": T, "slot": N, "leader": B}
SOURCE = {"kind": ("text", "os-random", "dice", "ssq", "drand-quicknet", "share"), "not_before?": is_time,
          "issue?": T, "round?": (T, N), "name?": T, "digest?": X}
EVENTS = {
    "seal": {"schema": "shuangsuiji/seal/1", **SEALED, "entropy": some(SOURCE), "seed_document": (None, T)},
    "draw": {"schema": "shuangsuiji/record/1", "algorithm": "shuangsuiji/draw/1", "hash": "sha256", **SEALED,
             "seal": X, "seed": {"document": T, "sha256": X, "class": T}, "entity_key": X,
             "tasks": [{**RULES, "strata": [STRATUM], "sample": [PICKED]}],
             "visits": [{"entity": T, "name": T, "tasks": [T], "team": [MEMBER]}],
             "loads": [{"department": T, "inspector": T, "visits": N}]},
    "failure": {"schema": "shuangsuiji/failure/1", "seal": X, "reason": T,
                "blocked": [{"department": T, "entity": T, "demand": N, "eligible": [T]}],
                "witness": [{"department": T, "cap": N, "inspectors": [T], "visits": [T], "load": N}]},
    "void": {"schema": "shuangsuiji/void/1", "target": X, "reason": T, "approved_by": T, "keep_seed": B}}
LINE = {"batch": is_id, "file": T, "hash": X, "operator": T, "plan": is_id, "prev": X, "seq": N, "sha256": X,
        "sources": [{"role": ("plan", "entities", "inspectors", "recusals"), "name": T, "sha256": X}],
        "time": is_time, "tool": T, "type": T}
OPTIONAL = {  # of a task: the default, and the form of what is not the default
    "ratio": (None, is_ratio), "count": (None, N), "at_least": (1, (0, at_least(2))), "at_most": (None, N),
    "rounding": ("up", ("half_up", "down")), "allow_empty": (False, True), "max_visits_per_cycle": (None, N),
    "coordination_group": (None, is_field), "cooperators": ([], some(is_field)),
    "minimum_team": (2, at_least(3)), "per_department": (1, at_least(2)),
    "qualifications": ([], some(row(is_field, [is_field]))),
    "strata": ({}, ({"by": is_field, "ratios": [row(is_value, is_ratio)], "other?": is_ratio},
                    {"by": is_field, "weights": [row(is_value, at_least(1), N)]}))}
TASK = {"id": is_id, "name": is_value, "where": [row(is_field, ("in", "not_in"), [is_value])], "batch": is_id,
        "initiator": is_field, "window": {"from": is_date, "to": is_date},
        **{key + "?": form for key, (_, form) in OPTIONAL.items()}}
PLAN = {"schema": "shuangsuiji/plan/1", "id": is_id, "title": is_value, "cycle": is_field,
        "entity_statuses": [is_value], "inspector_statuses": [is_value], "max_visits_per_inspector?": N,
        "tasks": some(TASK)}
POOL, SETS = {"id": is_pool_id, "name": is_field}, {"categories": is_set, "qualifications": is_set}
TABLES = {"entities": POOL, "recusals": {"inspector": is_pool_id, "entity": is_pool_id, "reason": is_value},
          "inspectors": {**POOL, "certificate_expiry": lambda cell: cell == "" or is_date(cell),
                         "department": is_value, "qualifications": is_set}}
def complete(plan):
    """The plan with what its snapshot leaves out at its default."""
    defaults = {key: default for key, (default, _) in OPTIONAL.items()}
    return {"max_visits_per_inspector": None, **plan, "tasks": [{**defaults, **t} for t in plan["tasks"]]}
def listed(strata): return [item[0] for item in strata.get("ratios", strata.get("weights", []))]
def read_plan(data):
    """The plan of a snapshot, completed; Bad also where it breaks a rule that shows without the pools."""
    plan, frames = complete(parse(data, PLAN)), {}
    starts, ends, ids = zip(*((t["window"]["from"], t["window"]["to"], t["id"]) for t in plan["tasks"]))
    need(max(starts) <= min(ends) and len({*ids}) == len(ids), "input error: windows or ids of tasks")
    for t in plan["tasks"]:
        names, rules, group = listed(t["strata"]), [t["ratio"], t["count"]], t["coordination_group"]
        need([*rules, t["at_most"]] == [None] * 3 if "ratios" in t["strata"] else rules.count(None) == 1,
             f"input error: not one rule for the size of task {t['id']}")
        need(len({*names}) == len(names) and not {"*", *SETS} & {*names, t["strata"].get("by")},
             f"input error: strata of task {t['id']}")
        need(not group or frames.setdefault(group, t["where"]) == t["where"], f"input error: group {group}")
    return plan
def read_table(data, pool, plan):
    """The table of a CSV snapshot; the plan says which columns of the entities are there."""
    try:
        lines = data.decode().split("\n")
        rows = [next(csv.reader([line], strict=True)) if '"' in line else line.split(",") for line in lines]
    except (ValueError, csv.Error) as error:
        raise Bad(f"not a CSV snapshot: {error}") from None
    head, body, tests, key = rows[0], rows[1:-1], TABLES[pool], 3 if pool == "recusals" else 1
    back = [",".join(['"%s"' % x.replace('"', '""') if "," in x or '"' in x else x for x in r]) for r in rows]
    need(back == lines and lines[-1] == "" and all(len(r) == len(head) for r in body), "CSV in another form")
    need(all(a[:key] < b[:key] for a, b in zip(body, body[1:])), "rows out of byte order, or not unique")
    named = {c for t in plan["tasks"] for c in (t["strata"].get("by", "id"), *(x[0] for x in t["where"]))}
    more = (named if pool == "entities" else set()) - tests.keys()
    heads = [[*tests, *sorted(more)], [*tests, *sorted(more | {"status"})]]
    need(head in heads[:1 if pool == "recusals" else 2], f"columns other than {heads[0]}: {head}")
    table = {column: [r[n] for r in body] for n, column in enumerate(head)}
    for column in head:
        test = {**SETS, **tests}.get(column, is_value)
        need(all(map(test, {*table[column]})), f"cells of {column} in another form")
    return table

# ---- Section 2: the seed
RED = "(?:0[1-9]|[12][0-9]|3[0-3])"
SOURCES = ["(text)():(.+)", "(os-random)():([0-9a-f]{64})", "(dice)():([1-6]+)",
           rf"(ssq):([0-9]+):((?:{RED} ){{5}}{RED})\+(?:0[1-9]|1[0-6])",
           "(drand-quicknet):([1-9][0-9]*):([0-9a-f]{64})(?::[0-9a-f]+)?", "(share):([^:]+):([0-9a-f]{64})"]
def read_seed(document):
    """The seal that a seed document answers, or None, and its sources: [(kind, what it names, value)]."""
    head, *lines = document.split("\n")
    seal = lines.pop(0)[5:] if document.startswith("seal:", len(head) + 1) else None
    need(head == "shuangsuiji/seed/1" and len(lines) > 1 and lines.pop() == "" and (seal is None or X(seal)),
         "a seed document without its first line, a good seal line, a source or the last LF")
    sources = [found.groups() for line in lines for found in map(re.fullmatch, SOURCES, [line] * 6) if found]
    need(len(sources) == len(lines) and HIDDEN.isdisjoint("".join(lines)) and all(
        kind != "ssq" or value == " ".join(sorted({*value.split()})) for kind, _, value in sources),
        "a line that is not a source of a seed")
    return seal, sources
def seed_class(document):
    kinds = [line.partition(":")[0] for line in document.split("\n")[1:-1]]
    public = kinds[:1] == ["seal"] and {"dice", "ssq", "drand-quicknet", "share"}.intersection(kinds)
    return "public" if public else "os" if kinds in (["os-random"], ["seal", "os-random"]) else "operator"

# ---- Sections 3 to 5: frames, sizes, samples
def planned(t, size, ratio):
    """n of a frame or stratum of this size (section 4), before it is cut to E."""
    p, q = Fraction(ratio or 0).as_integer_ratio()
    n = {"up": -(-size * p // q), "half_up": (2 * size * p + q) // (2 * q), "down": size * p // q}
    n = max(n[t["rounding"]] if ratio else t["count"], t["at_least"] if size else 0)
    return n if t["at_most"] is None else min(n, t["at_most"])
def divide(n, classes):
    """Section 4.1: n over classes [(N, weight, minimum)]; the list of n_h."""
    def shares(scale): return [min(max(scale * size * w, least), size) for size, w, least in classes]
    low, high = sum(shares(0)), sum(size for size, _, _ in classes)
    need(low <= n <= high, f"input error: {n} to divide, minima of {low}, sizes of {high}")
    bends = {Fraction(x, size * w) for size, w, least in classes if size for x in (0, min(least, size), size)}
    scale = max((bend for bend in bends if sum(shares(bend)) <= n), default=0)
    if (got := sum(shares(scale))) < n:  # from here to the next bend the sum grows evenly
        above = min(bend for bend in bends if sum(shares(bend)) >= n)
        scale += (above - scale) * (n - got) / (sum(shares(above)) - got)
    exact, parts = shares(scale), [int(x) for x in shares(scale)]
    for h in sorted(range(len(parts)), key=lambda h: (parts[h] - exact[h], h))[:n - sum(parts)]:
        parts[h] += 1
    return parts
def stratify(plan, t, entities):
    """The frame of a task by strata: [(stratum, its ids, n)]."""
    rows, strata, found = range(len(entities["id"])), t["strata"], {}
    for column, relation, values in [*t["where"], ["status", "in", plan["entity_statuses"]]]:
        if column in entities:  # only `status` may be missing
            met = {cell for cell in {*entities[column]} if (relation == "in") != {*values}.isdisjoint(
                members(cell) if column in SETS else [cell])}
            rows = [n for n in rows if entities[column][n] in met]
    need(rows or t["allow_empty"], f"input error: the frame of task {t['id']} is empty")
    if not strata:
        return [("*", [entities["id"][n] for n in rows], planned(t, len(rows), t["ratio"]))]
    for n in rows:
        found.setdefault(entities[strata["by"]][n], []).append(entities["id"][n])
    others = sorted(found.keys() - {*listed(strata)})
    need(not others or "other" in strata and not {"", "*"} & {*others}, f"input error: unlisted strata: {others[:3]}")
    names = listed(strata) + others
    ids = [found.get(name, []) for name in names]
    if "ratios" in strata:
        ratios = {**dict.fromkeys(others, strata.get("other")), **dict(strata["ratios"])}
        return [(name, part, planned(t, len(part), ratios[name])) for name, part in zip(names, ids)]
    classes = [(len(part), w, least) for part, (_, w, least) in zip(ids, strata["weights"])]
    return list(zip(names, ids, divide(planned(t, len(rows), t["ratio"]), classes)))
def sample(t, strata, tickets, history):
    """A task as it stands in the record."""
    group, cap, drawn, results = t["coordination_group"], t["max_visits_per_cycle"], [], []
    visits = Counter(v["entity"] for past in history for v in past["visits"])
    tiers = Counter(e for past in history if group for e in {
        x["entity"] for old in past["tasks"] if old["coordination_group"] == group for x in old["sample"]})
    for name, ids, n in strata:
        out = [e for e in ids if cap is not None and visits[e] >= cap]
        left = sorted((tiers[e], tickets[e], e) for e in {*ids}.difference(out))
        drawn += [{"entity": e, "stratum": name, "tier": tier, "ticket": x} for tier, x, e in left[:n]]
        results.append({
            "name": name, "frame_size": len(ids), "frame_sha256": H(*ids), "eligible": len(left),
            "sample_size": min(n, len(left)), "shortage": max(0, n - len(left)),
            "excluded": [{"entity": e, "reason": "max_visits"} for e in out],
            "cutoff": {"tier": drawn[-1]["tier"], "ticket": drawn[-1]["ticket"]} if left[:n] else None})
    return {**{rule: t[rule] for rule in RULES}, "strata": results, "sample": drawn}

# ---- Sections 6 and 7: visits and teams
def duty(plan, tasks, inspectors):
    """Of a visit with these tasks, in its order: {department: (demand, those eligible but for recusals)}."""
    demand, asked, until = {}, {}, max(t["window"]["to"] for t in tasks)
    for t in tasks:
        for d in (t["initiator"], *t["cooperators"]):
            demand[d] = max(demand.get(d, 0), t["per_department"])
            asked.setdefault(d, set()).update(*(names for place, names in t["qualifications"] if place == d))
    demand[tasks[0]["initiator"]] += max(0, max(t["minimum_team"] for t in tasks) - sum(demand.values()))
    duties = {d: (m, set()) for d, m in demand.items()}
    for i, _, expiry, d, held, *status in zip(*inspectors.values()):
        if d in duties and expiry >= until and asked[d] <= {*members(held)} \
                and {*status} <= {*plan["inspector_statuses"]}:
            duties[d][1].add(i)
    return duties
def deal(prefix, jobs, cap):
    """Section 7 for one department; jobs: {entity: (demand, eligible)}, none blocked. Gives teams, {entity:
    [slot 1, ...]}; the loads; and step 4's witness (S, X, load of S) if the cap is exceeded, else None."""
    order = sorted(jobs, key=lambda v: (H(prefix, "order", v), v))
    pool = set().union(*(eligible for _, eligible in jobs.values()))
    rank, load = {i: (H(prefix, "rank", i), i) for i in pool}, dict.fromkeys(pool, 0)
    teams, stuck = {v: [] for v in order}, set()
    for v in order:  # step 2
        for slot in range(1, jobs[v][0] + 1):
            free = jobs[v][1].difference(teams[v])
            least = min(map(load.get, free))
            C = sorted(i for i in free if load[i] == least)
            teams[v].append(C[int(H(prefix, "pick", v, str(slot)), 16) % len(C)])
            load[teams[v][-1]] += 1
    def search(a, goal):
        """Step 3 from a: {inspector reached: (from whom, by which visit)}; the first with a load <= goal."""
        reached, queue, left, held = {a: None}, [a], pool - {a}, {i: [] for i in pool}
        for v in order:
            for i in teams[v]:
                held[i].append(v)
        for i in queue:
            first = {}
            for v in held[i]:
                first.update(dict.fromkeys(left.intersection(jobs[v][1]).difference(teams[v]), v))
                left.difference_update(first)
            for j in sorted(first, key=rank.get):
                reached[j] = i, first[j]
                queue.append(j)
                if load[j] <= goal:
                    return reached, j
        return reached, None
    def busiest(of): return min(of, key=lambda i: (-load[i], rank[i]))
    while (rest := pool - stuck) and load[a := busiest(rest)] >= min(load.values()) + 2:  # step 3
        reached, j = search(a, load[a] - 2)
        if j is None:  # nor will they ever: a later path keeps off their visits, or it would help a as well
            stuck.update(reached)
            continue
        load[a], load[j] = load[a] - 1, load[j] + 1
        while reached[j]:
            i, v = reached[j]
            teams[v][teams[v].index(i)], j = j, i
    if cap is None or max(load.values()) <= cap:
        return teams, load, None
    S = sorted(search(busiest(pool), -1)[0])  # step 4
    return teams, load, (S, sorted(v for v in order if not {*S}.isdisjoint(teams[v])), sum(map(load.get, S)))
def draw(plan, batch, entities, inspectors, recusals, history, seed):
    """A draw from a plan, tables (recusals may be None), the history's records and the seed in hex. Gives the
    record's entity_key, tasks, visits and loads; and None, or the failure's reason, blocked and witness:
    then there are no teams and no loads. Raises Bad for an input error."""
    plan, serves, recused, duties, jobs, visits = complete(plan), {}, {}, {}, {}, []
    key, cap = H("shuangsuiji/draw/1", "entity", seed, plan["id"], batch), plan["max_visits_per_inspector"]
    frames = [stratify(plan, t, entities) for t in plan["tasks"]]
    tickets = {e: H(key, e) for e in {e for strata in frames for _, ids, _ in strata for e in ids}}
    tasks = [sample(t, strata, tickets, history) for t, strata in zip(plan["tasks"], frames)]
    for t, result in zip(plan["tasks"], tasks):
        for x in result["sample"]:
            serves.setdefault(x["entity"], []).append(t)
    for i, e, _ in zip(*recusals.values()) if recusals else ():
        recused.setdefault(e, set()).add(i)
    name, person = (dict(zip(table["id"], table["name"])) for table in (entities, inspectors))
    for v in sorted(serves, key=lambda v: (tickets[v], v)):
        visits.append({"entity": v, "name": name[v], "tasks": [t["id"] for t in serves[v]], "team": None})
        which = tuple(visits[-1]["tasks"])
        duties[v] = duties[which] = duties.get(which) or duty(plan, serves[v], inspectors)
        for d, (m, eligible) in duties[v].items():
            jobs.setdefault(d, {})[v] = m, eligible - recused[v] if v in recused else eligible
    drawn = {"entity_key": key, "tasks": tasks, "visits": visits, "loads": None}
    blocked = [{"department": d, "entity": v, "demand": m, "eligible": sorted(eligible)}
               for d in sorted(jobs) for v, (m, eligible) in jobs[d].items() if len(eligible) < m]
    if blocked:
        return drawn, {"reason": "too_few_eligible", "blocked": blocked, "witness": []}
    prefix = {d: H("shuangsuiji/draw/1", "deal", seed, plan["id"], batch, d) for d in sorted(jobs)}
    deals = {d: deal(prefix[d], jobs[d], cap) for d in prefix}
    witness = [{"department": d, "cap": cap, "inspectors": found[0], "visits": found[1], "load": found[2]}
               for d, (_, _, found) in deals.items() if found]
    if witness:
        return drawn, {"reason": "cap_exceeded", "blocked": [], "witness": witness}
    for visit in visits:
        v, leading = visit["entity"], (1, serves[visit["entity"]][0]["initiator"])
        visit["team"] = [
            {"inspector": i, "name": person[i], "department": d, "slot": slot, "leader": (slot, d) == leading}
            for d in duties[v] for slot, i in enumerate(deals[d][0][v], 1)]
    drawn["loads"] = [{"department": d, "inspector": i, "visits": deals[d][1].get(i, 0)} for d in sorted(jobs)
                      for i, home in zip(inspectors["id"], inspectors["department"]) if home == d]
    return drawn, None

# ---- Section 9 and ledger-v1: the events
def record(seal, digest, document, drawn):
    """The record of what draw() gave for a seal with this digest and a seed document."""
    seed = {"document": document, "sha256": sha256(document.encode()), "class": seed_class(document)}
    return {**{key: seal[key] for key in SEALED}, **drawn, "schema": "shuangsuiji/record/1",
            "algorithm": "shuangsuiji/draw/1", "hash": "sha256", "seal": digest, "seed": seed}
def failure(digest, why): return {"schema": "shuangsuiji/failure/1", "seal": digest, **(why or {})}
def pick(items, *keys): return [[x[key] for key in keys] for x in items]
PARTS = {  # what the checks of a draw compare
    "seal": lambda r: pick([r], *SEALED) + [r["seed"]["document"]], "keys": lambda r: r["entity_key"],
    "frames": lambda r: [pick(t["strata"], "name", "frame_size", "frame_sha256", "eligible", "excluded")
                         for t in r["tasks"]],
    "sizes": lambda r: [pick([t], *RULES) + pick(t["strata"], "sample_size", "shortage") for t in r["tasks"]],
    "samples": lambda r: [[t["sample"], pick(t["strata"], "cutoff")] for t in r["tasks"]],
    "visits": lambda r: pick(r["visits"], "entity", "name", "tasks"),
    "teams": lambda r: pick(r["visits"], "team"), "loads": lambda r: r["loads"], "record": lambda r: r}
def compare(check, must, have):
    if isinstance(must, Bad):
        raise must
    return PARTS[check](must), PARTS[check](have)

# ---- ledger-v1: the checks
NEXT = {("open", "seal"): "sealed", ("failed", "seal"): "sealed", ("void", "seal"): "sealed",
        ("sealed", "draw"): "drawn", ("sealed", "failure"): "failed",
        ("sealed", "void"): "void", ("drawn", "void"): "void"}
class Ledger:
    """All checks of a ledger (or those of one batch), made line by line."""
    def __init__(self, folder, checkpoint=None, batch=None):
        self.folder, self.checks, self.lines, self.files = pathlib.Path(folder), [], [], set()
        self.batches, self.seals, self.draws, self.open, self.lost = {}, {}, [], {}, False
        self.passed = set()  # the digests of the seals whose inputs passed
        whole = self.check("lines", {}, self.chain)
        if checkpoint is not None:
            self.check("checkpoint", {}, self.checkpoint, checkpoint, whole)
        for line in self.lines:
            self.follow(line)
        self.checks = [check for check in self.checks if batch in (None, check["batch"]) or not check["seq"]]
    def read(self, path, digest=None):
        self.files.add(self.folder / path)
        try:
            need((self.folder / path).is_file(), f"{path} is not there", Missing)
            data = (self.folder / path).read_bytes()
        except OSError as error:
            raise Missing(f"{path} cannot be read: {error.strerror}") from None
        need(digest in (None, sha256(data)), f"{path} has the digest {sha256(data)}")
        return data
    def check(self, check, line, test, *args):
        """Make one check: the test gives what is expected and what is there, or raises Bad or Missing."""
        try:
            sides = test(*args)
            status = "passed" if sides[0] == sides[1] else "failed"
        except Bad as error:
            sides, status = ("as specified", str(error)), error.status
        shown = [json.dumps(x, ensure_ascii=False, sort_keys=True) for x in sides if status != "passed"]
        start = max(0, len(os.path.commonprefix(shown)) - 40)  # shown from shortly before they differ
        expected, actual = (x[start:][:150] for x in shown or ["", ""])
        self.checks.append({"check": check, **{key: line.get(key) for key in ("seq", "plan", "batch")},
                            "status": status, "expected": expected, "actual": actual})
        return status == "passed"
    def chain(self):
        """lines; they are read up to the first that is not as it must be."""
        *lines, rest = self.read("ledger.jsonl").split(b"\n")
        for n, data in enumerate(lines, 1):
            line = parse(data + b"\n", LINE)
            bare = canonical({key: line[key] for key in line if key != "hash"})
            must = [n, self.lines[-1]["hash"] if n > 1 else "0" * 64, sha256(bare)]
            need(must == [line["seq"], line["prev"], line["hash"]], f"line {n}: seq, prev, hash not {must}")
            self.lines.append(line)
        return "", rest.decode("ascii", "backslashreplace")
    def checkpoint(self, path, whole):
        words = self.read(os.path.abspath(path)).decode("utf-8", "replace").replace("\r\n", "\n")
        found = re.fullmatch("shuangsuiji/ledger/1 .*\n(0|[1-9][0-9]{0,9})\n([0-9a-f]{64})\n?", words)
        count, hashes = int(found[1]) if found else 0, ["0" * 64, *(line["hash"] for line in self.lines)]
        need(found and (whole or count < len(hashes)), "no checkpoint, or no line to compare", Missing)
        return found[2], hashes[count] if count < len(hashes) else f"only {len(self.lines)} events"
    def follow(self, line):
        """The checks of a line. An event that cannot take part in them leaves its batch unknown."""
        kind, digest, found = line["type"], line["sha256"], []
        batch = self.batches.setdefault((line["plan"], line["batch"]), {"state": "open", "kept": None})
        self.check("events", line, self.load, line, found)
        if not found:
            batch["state"], self.lost = "unknown", True
            return
        event = found[0]
        placed = self.check("states", line, self.place, line, event, batch)
        if kind == "seal":
            self.seals[digest] = event
            self.passed |= {digest} if self.check("inputs", line, self.inputs, digest) else set()
            self.check("history", line, self.history, event)
            if event["seed_document"] is not None:
                self.check("seed", line, self.seed, line, digest, event["seed_document"])
        elif kind == "draw":
            self.draws.append({**line, "live": placed, "record": event})
            self.drawn(line, event)
        elif kind == "failure":
            self.check("failure", line, self.failed, line, event)
        for past in self.draws if kind == "void" and placed else ():
            past["live"] = past["live"] and past["hash"] != event["target"]
    def load(self, line, found):
        """events; an event that can take part in what follows is added to found."""
        kind, mine = line["type"], [line["plan"], line["batch"]]
        need(kind in EVENTS, f"this verifier knows no events of type {kind}", Missing)
        need(line["file"] == "events/%06d-%s.json" % (line["seq"], kind), f"a file named {line['file']}")
        event = parse(self.read(line["file"], line["sha256"]), EVENTS[kind])
        named = event.get("target", event.get("seal"))  # a void or failure belongs to what it names
        named = next((old for old in self.lines if named in (old["hash"], old["sha256"])), line)
        own = [event["plan"]["id"], event["batch"]] if "plan" in event else [named["plan"], named["batch"]]
        found += [event] if own == mine else []
        return own, mine
    def place(self, line, event, batch):
        """states; an event in its place moves its batch on."""
        kind, state, named = line["type"], batch["state"], event.get("target", event.get("seal"))
        if state == "unknown":
            return None, None
        need((state, kind) in NEXT, f"a {kind} in the state {state}")
        need(named == batch.get(kind), f"it names {named}, not {batch.get(kind)}")
        kept, seed = batch["kept"], event.get("seed_document")
        if kind == "seal" and kept not in (None, "?", [seed]):
            return kept, [seed]
        batch.update(state=NEXT[state, kind], void=line["hash"])
        if kind == "seal":
            batch.update(draw=line["sha256"], failure=line["sha256"], seed=seed, kept=None)
            need(kept != "?", "the failure before it does not hold the seed that must be kept", Missing)
        elif kind == "draw":
            batch["seed"] = event["seed"]["document"]
        elif kind == "failure" or event["keep_seed"]:
            batch["kept"] = "?" if kind == "failure" and batch["seed"] is None else [batch["seed"]]
        return None, None
    def sealed(self, line, digest):
        """The seal that an event answers (or a seed document in it), which must be one of its batch."""
        seal, mine = self.seals.get(digest), (line["plan"], line["batch"])
        need(seal and (seal["plan"]["id"], seal["batch"]) == mine, f"its batch has no seal {digest}",
             Missing if self.batches[mine]["state"] == "unknown" else Bad)
        return seal
    def inputs(self, digest):
        """inputs; the decoded snapshots stay in self.open."""
        seal, self.open = self.seals[digest], {"seal": digest}
        def data(file, kind): return self.read(f"snapshots/{file['snapshot']}.{kind}", file["snapshot"])
        plan = self.open["plan"] = read_plan(data(seal["plan"], "json"))
        must = [seal["plan"]["id"], seal["plan"]["title"], seal["cycle"], [seal["batch"]]]
        have = [plan["id"], plan["title"], plan["cycle"], sorted({t["batch"] for t in plan["tasks"]})]
        for pool, file in seal["inputs"].items():
            table = self.open[pool] = file and read_table(data(file, "csv"), pool, plan)
            must, have = [*must, file and file["rows"]], [*have, table and len([*table.values()][0])]
        for t in plan["tasks"]:  # no input error may have been sealed
            stratify(plan, t, self.open["entities"])
        return must, have
    def history(self, seal):
        need("plan" in self.open, "the plan cannot be read", Missing)
        used = any(t["coordination_group"] or t["max_visits_per_cycle"] is not None
                   for t in self.open["plan"]["tasks"])
        must = [past["sha256"] for past in self.draws
                if used and past["live"] and past["record"]["cycle"] == seal["cycle"]]
        need(must == seal["history"] or not self.lost, "an event before it cannot be read", Missing)
        return must, seal["history"]
    def seed(self, line, digest, document, claimed=None):
        """seed, of a seal or as a draw claims it: the sources, the open seal answered, digest and class."""
        (answered, sources), seal = read_seed(document), self.seals.get(digest)
        need(seal, "its seal cannot be read", Missing)
        must = [[x["kind"], str(x.get("issue", x.get("round", x.get("name", "")))), x.get("digest")]
                for x in seal["entropy"]]
        have = [[kind, named, H(value) if kind == "share" else None] for kind, named, value in sources]
        if seal["seed_document"] is None:
            must, have = [*must, digest], [*have, answered]
        elif answered is not None:  # a document kept from an open seal of the same batch
            must, have = [*must, None], [*have, self.sealed(line, answered)["seed_document"]]
        own = record(seal, digest, document, {})["seed"]
        return [must, own], [have, claimed or own]
    def derive(self, digest, document):
        """What draw() gives for a seal and a seed document."""
        need(digest in self.passed, "the inputs of its seal did not pass", Missing)
        seal, past = self.seals[digest], {past["sha256"]: past["record"] for past in self.draws}
        need(all(map(past.get, seal["history"])), "a record of the history cannot be read", Missing)
        if self.open["seal"] != digest:
            self.inputs(digest)
        tables = [self.open[pool] for pool in ("entities", "inspectors", "recusals")]
        history = [past[one] for one in seal["history"]]
        return draw(self.open["plan"], seal["batch"], *tables, history, sha256(document.encode()))
    def drawn(self, line, event):
        """The checks of a draw."""
        digest, claimed = event["seal"], event["seed"]
        seal, sealed, must = None, None, Missing("its seal cannot be read")
        try:
            seal = self.sealed(line, digest)
            sealed = record(seal, digest, seal["seed_document"] or claimed["document"], {})
            must = {**sealed, **self.derive(digest, sealed["seed"]["document"])[0]}
        except Bad as error:
            sealed, must = (sealed, error) if sealed else (error, must)
        self.check("seal", line, compare, "seal", sealed, event)
        self.check("seed", line, self.seed, line, digest if seal else None, claimed["document"], claimed)
        for check in [*PARTS][1:]:
            self.check(check, line, compare, check, must, event)
    def failed(self, line, event):
        document = self.sealed(line, event["seal"])["seed_document"]
        need(document is not None, "its seal left open the seed, which a failure does not hold", Missing)
        return failure(event["seal"], self.derive(event["seal"], document)[1]), event

def main(argv=None):
    parser = argparse.ArgumentParser(description="Re-derive every draw of a ledger.")
    parser.add_argument("ledger", help="its folder")
    parser.add_argument("--batch", metavar="ID", help="only the checks of this batch")
    parser.add_argument("--checkpoint", metavar="FILE", help="a checkpoint that was in other hands")
    parser.add_argument("--json", action="store_true", help="one JSON document")
    args = parser.parse_args(argv)
    ledger = Ledger(args.ledger, args.checkpoint, args.batch)
    batches = [None, *(line["batch"] for line in ledger.lines)]
    if args.batch not in batches and ledger.checks[0]["status"] == "passed":
        parser.error("the ledger has no event of this batch")
    found = Counter(x["status"] for x in ledger.checks)
    status = "failed" if found["failed"] else "impossible" if found["impossible"] else "passed"
    code = {"failed": 10, "impossible": 11, "passed": 0}[status]
    if args.json:
        print(json.dumps({"format_version": 1, "checks": ledger.checks, "status": status}))
        return code
    sys.stdout.reconfigure(errors="backslashreplace")
    def show(line): print("".join(c if c.isprintable() else ascii(c)[1:-1] for c in line))
    for x in ledger.checks:
        place = f"seq {x['seq']}  {x['plan']} {x['batch']}" if x["seq"] else "the ledger"
        show(f"{x['status']:<10}  {x['check']:<10}  {place}")
        if x["status"] != "passed":
            show(f"    expected  {x['expected']}")
            show(f"    actual    {x['actual']}")
    for path in sorted({*ledger.folder.rglob("*")} - ledger.files - {ledger.folder / "ledger.lock"}):
        if not path.is_dir():
            show(f"no fault, but no line names it: {path}")
    show(f"{status}: {len(ledger.lines)} events, checks: {dict(found)}")
    tail = "what came after the checkpoint" if args.checkpoint else "everything was rewritten or a tail"
    print("No verifier can know whether the pools were true and complete; whether a public value is what\n"
          "its source said; for the classes operator and os, whether other seeds were tried, in this ledger\n"
          f"or a hidden one; whether {tail} was cut off.")
    return code

if __name__ == "__main__":
    sys.exit(main())
