#!/usr/bin/env python3
"""Verifies an unpacked evidence pack with nothing but Python 3.8 or newer: python3 verify/verify.py [DIRECTORY]"""
import base64, hashlib, json, os, sys

PACK = sys.argv[1] if len(sys.argv) > 1 else os.path.join(os.path.dirname(os.path.abspath(__file__)), os.pardir)
UNLISTED = {"SHA256SUMS", "SHA256SUMS.p7s", "SHA256SUMS.tst"}
failed = []

def check(good, what):
    print(("ok      " if good else "FAILED  ") + what)
    if not good: failed.append(what)

def read(path):
    with open(os.path.join(PACK, *path.split("/")), "rb") as file: return file.read()

sha = lambda data: hashlib.sha256(data).digest()
node = lambda left, right: sha(b"\1" + left + right)

def root_of(leaves):  # RFC 6962: the stack holds the roots of complete subtrees with their heights
    stack = []
    for leaf in leaves:
        stack.append((0, leaf))
        while len(stack) > 1 and stack[-1][0] == stack[-2][0]:
            (_, right), (height, left) = stack.pop(), stack.pop()
            stack.append((height + 1, node(left, right)))
    while len(stack) > 1:
        (_, right), (height, left) = stack.pop(), stack.pop()
        stack.append((height, node(left, right)))
    return stack[0][1] if stack else sha(b"")

def included(leaf, index, size, path, root):  # RFC 9162, 2.1.3.2
    last, reached = size - 1, leaf
    for step in path:
        if last == 0: return False
        if index & 1 or index == last:
            reached = node(step, reached)
            while not index & 1 and index: index, last = index >> 1, last >> 1
        else: reached = node(reached, step)
        index, last = index >> 1, last >> 1
    return last == 0 and reached == root

def consistent(old, old_root, size, root, path):  # RFC 9162, 2.1.4.2
    if old in (0, size): return not path and (old == 0 or old_root == root)
    path = [old_root] + path if old & (old - 1) == 0 else path
    if old > size or not path: return False
    index, last = old - 1, size - 1
    while index & 1: index, last = index >> 1, last >> 1
    first = second = path[0]
    for step in path[1:]:
        if last == 0: return False
        if index & 1 or index == last:
            first, second = node(step, first), node(step, second)
            while not index & 1 and index: index, last = index >> 1, last >> 1
        else: second = node(second, step)
        index, last = index >> 1, last >> 1
    return last == 0 and first == old_root and second == root

def main():
    sums = dict(reversed(line.split("  ", 1)) for line in read("SHA256SUMS").decode().splitlines())
    there = {os.path.relpath(os.path.join(folder, name), PACK).replace(os.sep, "/")
             for folder, _, names in os.walk(PACK) for name in names} - UNLISTED
    check(not set(sums) - there, "no file of SHA256SUMS is missing")
    check(not there - set(sums), "no file is there that SHA256SUMS does not list")
    check(all(sha(read(path)).hex() == sums[path] for path in sorted(set(sums) & there)), "every file has its SHA-256")
    manifest = json.loads(read("manifest.json"))
    files = {file["path"]: (file["sha256"], file["size"]) for file in manifest["files"]}
    check(set(files) | {"manifest.json"} == set(sums) and all(sums[path] == file[0] and len(read(path)) == file[1]
          for path, file in files.items()), "manifest.json lists the same files")
    findings = json.loads(read("findings/findings.json"))["findings"]
    check(len(findings) == manifest["counts"]["findings"], "findings.json has %d findings" % len(findings))
    leaves, chained = [], True
    for number, line in enumerate(read("audit/entries.jsonl").splitlines(), 1):
        entry = json.loads(line)
        withheld = "withheld" in entry  # its text held a secret; its leaf hash takes its place
        chained &= entry["seq"] == number and (withheld or entry["prev"] == (leaves[-1].hex() if leaves else "0" * 64))
        leaves.append(bytes.fromhex(entry["leaf"]) if withheld else sha(b"\0" + line))
    check(chained, "the %d entries of the audit log are a chain without gaps" % len(leaves))
    origin, size, root = read("audit/checkpoint.txt").decode().split("\n")[:3]
    size, root = int(size), base64.b64decode(root)
    check(size == len(leaves) and root_of(leaves) == root, "their Merkle root is that of the checkpoint")
    check(manifest["checkpoint"] == {"origin": origin, "size": size, "root": root.hex()}, "manifest.json names that checkpoint")
    path = lambda proof: [bytes.fromhex(step) for step in proof["path"]]
    proofs = json.loads(read("audit/inclusion.json"))["entries"]
    check(all(leaves[p["seq"] - 1].hex() == p["leaf"] and included(bytes.fromhex(p["leaf"]), p["seq"] - 1, size, path(p), root)
          for p in proofs), "%d proofs of inclusion lead to that root" % len(proofs))
    if "audit/consistency.json" in sums:
        proof = json.loads(read("audit/consistency.json"))
        old = proof["old"]
        check(consistent(old["size"], bytes.fromhex(old["root"]), size, root, path(proof)),
              "the log goes on from the previous pack's checkpoint of size %d, root %s" % (old["size"], old["root"]))

try: main()
except Exception as problem: check(False, "the pack cannot be read: %r" % problem)
print("NOT checked here: who signed. For that, with a ca.crt that reached you by another way than this pack:\n"
      "  openssl cms -verify -binary -inform DER -in SHA256SUMS.p7s -content SHA256SUMS -CAfile ca.crt -purpose any -out /dev/null")
print("FAILED: %d checks" % len(failed) if failed else "All checks passed.")
sys.exit(1 if failed else 0)
