"""The changes that can be made to a module: one comparison, one ``and``, one number, one sign, one truth value."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from copy import deepcopy
from dataclasses import dataclass

_COMPARISONS: dict[type[ast.cmpop], type[ast.cmpop]] = {
    ast.Lt: ast.LtE,
    ast.LtE: ast.Lt,
    ast.Gt: ast.GtE,
    ast.GtE: ast.Gt,
    ast.Eq: ast.NotEq,
    ast.NotEq: ast.Eq,
    ast.Is: ast.IsNot,
    ast.IsNot: ast.Is,
    ast.In: ast.NotIn,
    ast.NotIn: ast.In,
}
_CALLS = {"all": "any", "any": "all", "min": "max", "max": "min"}


@dataclass(frozen=True, slots=True)
class Change:
    """One change to a source: which bytes become what, the line (from 1), and the function it is in, by its qualified
    name (empty outside of functions)."""

    line: int
    function: str
    start: int
    end: int
    before: str
    after: str

    def made(self, source: bytes) -> bytes:
        """The source with the change in it."""
        return source[: self.start] + self.after.encode() + source[self.end :]


def changes(source: bytes) -> list[Change]:
    """Every change that can be made to a source, in the order in which it is read."""
    tree = ast.parse(source)
    starts = [0]
    for line in source.splitlines(keepends=True):
        starts.append(starts[-1] + len(line))
    found = []
    for node, function in _code(tree, "", ""):
        for changed in _variants(node):
            start = starts[node.lineno - 1] + node.col_offset
            end = starts[(node.end_lineno or node.lineno) - 1] + (node.end_col_offset or 0)
            after = f"({ast.unparse(changed)})"
            found.append(Change(node.lineno, function, start, end, source[start:end].decode(), after))
    return sorted(found, key=lambda change: (change.start, change.after))


def _code(node: ast.AST, function: str, prefix: str) -> Iterator[tuple[ast.expr, str]]:
    """The expressions that are computed, each with its function: no annotations, exports, texts, imports, patterns."""
    for name, value in ast.iter_fields(node):
        if name in _NOT_COMPUTED or isinstance(node, ast.JoinedStr):
            continue
        for child in value if isinstance(value, list) else [value]:
            if not isinstance(child, ast.AST) or _is_declaration(child):
                continue
            inside, deeper = _within(node, name, function, prefix)
            if isinstance(child, ast.expr):
                yield child, inside
            yield from _code(child, inside, deeper)


_NOT_COMPUTED = ("annotation", "returns", "decorator_list", "bases", "pattern")


def _within(node: ast.AST, field: str, function: str, prefix: str) -> tuple[str, str]:
    """The function that a node's field is in, and what qualified names in it begin with."""
    match node:
        case ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name) if field == "body":
            return function or prefix + name, f"{prefix}{name}.<locals>."
        case ast.ClassDef(name=name):
            return function, f"{prefix}{name}."
        case _:
            return function, prefix


def _is_declaration(node: ast.AST) -> bool:
    if isinstance(node, ast.Assign):
        return any(isinstance(target, ast.Name) and target.id == "__all__" for target in node.targets)
    typing_only = isinstance(node, ast.If) and isinstance(node.test, ast.Name) and node.test.id == "TYPE_CHECKING"
    return typing_only or (isinstance(node, ast.AnnAssign) and ast.unparse(node.annotation) == "TypeAlias")


def _variants(node: ast.expr) -> Iterator[ast.expr]:
    changed = deepcopy(node)
    match changed:
        case ast.Compare(ops=ops):
            for index, operator in enumerate(ops):
                changed = deepcopy(node)
                assert isinstance(changed, ast.Compare)
                changed.ops[index] = _COMPARISONS[type(operator)]()
                yield changed
        case ast.BoolOp():
            changed.op = ast.Or() if isinstance(changed.op, ast.And) else ast.And()
            yield changed
        case ast.UnaryOp(op=ast.Not() | ast.USub(), operand=operand):
            yield operand
        case ast.BinOp(op=ast.Add()) if not _holds_text(changed):
            changed.op = ast.Sub()
            yield changed
        case ast.BinOp(op=ast.Sub()):
            changed.op = ast.Add()
            yield changed
        case ast.Constant(value=bool() as truth):
            yield ast.Constant(not truth)
        case ast.Constant(value=int() as number):
            yield ast.Constant(number + 1)
        case ast.Call(func=ast.Name(id=name) as function) if name in _CALLS:
            function.id = _CALLS[name]
            yield changed


def _holds_text(node: ast.BinOp) -> bool:
    return any(isinstance(each, ast.JoinedStr | ast.Tuple | ast.List) for each in (node.left, node.right)) or any(
        isinstance(each, ast.Constant) and isinstance(each.value, str) for each in (node.left, node.right)
    )
