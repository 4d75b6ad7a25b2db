"""A text that does not say what its place asks for; whoever knows the place makes a Problem of it."""

from shuangsuiji.model.problems import Code


class Unfit(ValueError):
    """`code` says what is wrong with a value of a plan or a cell of a table, `values` fill its message.

    The value named ``fault`` picks a more particular message where the catalogue has one.
    """

    def __init__(self, code: Code, **values: str | int) -> None:
        super().__init__(code, values)
        self.code = code
        self.values = values
