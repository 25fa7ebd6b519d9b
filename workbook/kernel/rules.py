"""What a cell's text must not say, because the kernel would pass over the failure it may hide.

Two things look right and are not: a `?` outside any function (its error becomes a line of standard
error and the cell counts as fine), and a `Result` as the last value (its error is shown like any
other value). What the text cannot tell, run.py finds when the cell runs.
"""

import re

CLOSING = {")": "(", "]": "[", "}": "{"}
# Comments, strings, raw strings and characters; a lifetime ('a) is no character.
NOT_CODE = re.compile(
    r"""//[^\n]*|/\*.*?\*/|b?r(?P<fence>\#*)".*?"(?P=fence)|b?"(?:\\.|[^"\\])*"|'(?:\\[^\n]{1,10}?|[^'\\\n])'|^\s*:[a-z][^\n]*""",
    re.S | re.M,
)
# What stands before a `{` that opens a function, a closure or an async block: there `?` is at home.
FUNCTION = re.compile(r"\bfn\b|\basync\b|\bmacro_rules!|\|[^|]*\|\s*(->[^{]*)?$")
CLOSURE = re.compile(r"\|[^|]*\|")


def blank(source):
    """The source with everything that is not code blanked out, line breaks kept."""
    return NOT_CODE.sub(lambda found: re.sub(r"[^\n]", " ", found.group()), source)


def broken_rules(source):
    """A sentence for every place of a cell that breaks a rule."""
    code = blank(source)
    found, open_brackets, statement = [], [], 0
    for at, sign in enumerate(code):
        if sign in "([{":
            is_function = sign == "{" and bool(FUNCTION.search(code[statement:at]))
            open_brackets.append((sign, is_function, statement))
            statement = at + 1 if sign == "{" else statement
        elif sign in CLOSING and open_brackets and open_brackets[-1][0] == CLOSING[sign]:
            statement = open_brackets.pop()[2]
            if sign == "}" and not open_brackets:
                statement = at + 1
        elif sign == ";" and (not open_brackets or open_brackets[-1][0] == "{"):
            statement = at + 1
        elif sign == "?" and not code.startswith("?Sized", at):
            inside = any(is_function for _, is_function, _ in open_brackets)
            if not inside and not CLOSURE.search(code[statement:at]):
                line = code.count("\n", 0, at) + 1
                found.append(f"line {line} uses `?` outside a function: a failure there would pass unnoticed; write .unwrap() or .expect(…)")
    if is_bare_result(code[statement:].strip()):
        found.append("the cell ends in a bare Result: a failure there would pass unnoticed; unwrap it")
    return found


def is_bare_result(expression):
    """Whether an expression is `Ok(…)` or `Err(…)` from its first sign to its last."""
    start = re.match(r"(Ok|Err)\s*(::<.*?>)?\s*\(", expression)
    if not start:
        return False
    depth = 0
    for at in range(start.end() - 1, len(expression)):
        depth += {"(": 1, ")": -1}.get(expression[at], 0)
        if depth == 0:
            return at == len(expression) - 1
    return False
