"""Scripts are run as the platform would: input in, JSON out, faults with their place."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest

from trunkline.engine.script import Fixed, Limits, Log, QuickJs, Status


@pytest.fixture(scope="module")
def engine() -> Iterator[QuickJs]:
    quickjs = QuickJs(workers=2)
    yield quickjs
    quickjs.close()


def test_main_gets_the_context_and_its_result_comes_back(engine: QuickJs) -> None:
    run = engine.run(
        "function main(context) { return { score: context.input.score * 1.2 } }", {"input": {"score": 10}}
    )
    assert (run.status, run.output, run.warnings) == (Status.SUCCESS, {"score": 12}, ())


def test_a_result_that_is_not_a_number_is_null_with_a_warning(engine: QuickJs) -> None:
    run = engine.run("function main(c) { return c.input.score * 1.2 }", {"input": {"testField": "x"}})
    assert run.ok
    assert run.output is None
    assert run.warnings == ("result is NaN, which JSON has not: null",)


def test_an_async_main_is_waited_for(engine: QuickJs) -> None:
    assert engine.run("async function main() { await 0; return [1] }", {}).output == [1]


def test_dates_undefined_and_functions_come_back_as_json_has_them(engine: QuickJs) -> None:
    script = "function main() { return { at: new Date(0), none: undefined, list: [undefined], f() {} } }"
    assert engine.run(script, {}).output == {"at": "1970-01-01T00:00:00.000Z", "list": [None]}


def test_a_syntax_error_has_its_line_its_column_and_the_line_itself(engine: QuickJs) -> None:
    fault = engine.check("function main(context) {\n  let x = ;\n}")
    assert fault is not None
    assert (fault.name, fault.line, fault.column, fault.source_line) == ("SyntaxError", 2, 11, "  let x = ;")
    assert engine.check("function main() { for (;;) {} }") is None


def test_a_run_time_error_has_a_stack_in_the_lines_of_the_script(engine: QuickJs) -> None:
    run = engine.run(
        "function total(o) {\n  return o.sum;\n}\nfunction main() {\n  return total(null);\n}", {}
    )
    assert run.fault is not None
    assert (run.fault.name, run.fault.line, run.fault.source_line) == ("TypeError", 2, "  return o.sum;")
    assert [(frame.function, frame.line) for frame in run.fault.stack] == [("total", 2), ("main", 5)]


def test_a_script_without_main_is_told_so(engine: QuickJs) -> None:
    run = engine.run("const x = 1", {})
    assert run.status is Status.ERROR
    assert run.fault is not None
    assert run.fault.message == "the script has no function main"


def test_what_is_logged_is_kept_even_if_the_script_does_not_end(engine: QuickJs) -> None:
    script = "function main() { console.warn('a', { b: [1] }, undefined); while (true) {} }"
    run = engine.run(script, {}, limits=Limits(seconds=0.2))
    assert run.status is Status.TIMEOUT
    assert run.logs == (Log("warn", 'a {"b":[1]} undefined'),)


def test_further_log_lines_than_allowed_are_counted(engine: QuickJs) -> None:
    script = "function main() { for (let i = 0; i < 5; i++) console.log(i) }"
    run = engine.run(script, {}, limits=Limits(log_lines=2))
    assert [log.message for log in run.logs] == ["0", "1"]
    assert "3 further lines were logged and dropped" in run.warnings


def test_time_and_chance_can_be_fixed(engine: QuickJs) -> None:
    script = "function main() { return [Date.now(), new Date().toISOString(), Math.random(), new Date(5).getTime()] }"
    runs = [engine.run(script, {}, fixed=Fixed(now=86_400_000, seed=7)).output for _ in range(2)]
    assert runs[0] == runs[1]
    assert (runs[0][0], runs[0][1], runs[0][3]) == (86_400_000, "1970-01-02T00:00:00.000Z", 5)
    assert engine.run(script, {}, fixed=Fixed(seed=8)).output[2] != runs[0][2]


def test_an_input_that_is_too_long_is_not_sent(engine: QuickJs) -> None:
    run = engine.run("function main() {}", {"input": "x" * 100}, limits=Limits(input_bytes=50))
    assert run.fault is not None
    assert run.fault.limit == "input"


def test_a_worker_that_died_is_replaced() -> None:
    engine = QuickJs(workers=1)
    try:
        assert engine.run("function main() { return 1 }", {}).output == 1
        pid = engine.worker_pids()[0]
        os.kill(pid, signal.SIGKILL)
        os.waitid(os.P_PID, pid, os.WEXITED | os.WNOWAIT)
        assert engine.run("function main() { return 2 }", {}).output == 2
    finally:
        engine.close()


def test_threads_share_an_engine(engine: QuickJs) -> None:
    with ThreadPoolExecutor(8) as threads:
        runs = threads.map(
            lambda n: engine.run("function main(c) { return c.input }", {"input": n}).output, range(40)
        )
    assert list(runs) == list(range(40))


def test_a_script_with_wide_characters_and_separators_is_read_whole(engine: QuickJs) -> None:
    assert engine.run("function main() { return '💛é\u2028' }", {}).output == "💛é\u2028"
