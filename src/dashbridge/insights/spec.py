"""The written form of inputs and insights: what an author may put into the dashboard file."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, StrictBool, StrictFloat, StrictInt, StrictStr, model_validator

Slug = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]{0,62}$")]
Title = Annotated[str, Field(min_length=1, max_length=200)]
Description = Annotated[str, Field(max_length=2000)]
Expression = Annotated[str, Field(min_length=1, max_length=4000)]
IsoDate = Annotated[str, Field(min_length=1, max_length=60)]
Scalar = StrictBool | StrictInt | StrictFloat | Annotated[StrictStr, Field(max_length=1000)]
ValueType = Literal["text", "integer", "number", "decimal", "date", "boolean"]
Choice = Literal["all", "none"]

MAX_OPTIONS = 1000


class LanguageModel(BaseModel):
    """The base of every written model: unknown keys are refused, keys that begin with `x-` are the author's own."""

    model_config = ConfigDict(
        extra="forbid", frozen=True, json_schema_extra=lambda schema: schema.update(patternProperties={"^x-": {}})
    )

    @model_validator(mode="before")
    @classmethod
    def _drop_own_keys(cls, data: Any) -> Any:
        if isinstance(data, dict):
            return {key: value for key, value in data.items() if not str(key).startswith("x-")}
        return data


class OptionsQuery(LanguageModel):
    """Options taken from a query's result."""

    query: Slug = Field(description="The query whose rows are the options.")
    column: Annotated[str, Field(min_length=1, max_length=128)] = Field(description="The column of the values.")
    label_column: Annotated[str, Field(min_length=1, max_length=128)] | None = Field(
        default=None, description="The column of the texts shown; the value itself when left out."
    )
    filter: Expression | None = Field(
        default=None, description="Which of its rows are offered; may ask for other inputs: state = ${ref(state).value}"
    )


RangeEnd = StrictInt | StrictFloat | Annotated[StrictStr, Field(min_length=1, max_length=60)]


class Steps(LanguageModel):
    """Numbers or days one step apart, from the first end; the last end is offered when a step hits it."""

    from_: RangeEnd = Field(alias="from", description="A number, a day (2013-01-31) or a date word (start_of_year).")
    to: RangeEnd = Field(description="A number, or a day or date word: the greatest value that may be offered.")
    step: RangeEnd = Field(description="A number above 0 between numbers; `1 month` and so on between days.")


class OptionsRange(LanguageModel):
    """Options counted out between two numbers or two days, at most 1,000."""

    range: Steps = Field(description="{from: 10, to: 60, step: 10} or {from: 2013-01-01, to: today, step: 1 month}.")


class _Input(LanguageModel):
    label: Title | None = Field(default=None, description="What the viewer reads beside the control.")
    description: Description | None = None


class _ChoiceInput(_Input):
    options: Annotated[list[Scalar], Field(min_length=1, max_length=MAX_OPTIONS)] | OptionsQuery | OptionsRange = Field(
        description="The values to choose from: a list, {query, column, label_column?, filter?} or {range: …}."
    )
    value_type: ValueType | None = Field(
        default=None,
        description="How a chosen value is compared; when left out, as options listed or counted are, else as text.",
    )


class SelectInput(_ChoiceInput):
    """One value out of many; accessor `.value`."""

    type: Literal["select"]
    default: Scalar = Field(
        default="all", description="all (no restriction), none, or one value; the value all itself is written =all."
    )


class MultiSelectInput(_ChoiceInput):
    """Several values out of many; accessors `.values`, `.min`, `.max`, `.first`, `.last`."""

    type: Literal["multi_select"]
    default: Annotated[list[Scalar], Field(max_length=MAX_OPTIONS)] | Scalar = Field(
        default="all", description="all (no restriction), none, one value or a list of values."
    )


class DateSpan(LanguageModel):
    """Two dates, both included; one left out leaves that end open."""

    from_: IsoDate | None = Field(default=None, alias="from", description="First day: 2013-01-01 or a date word.")
    to: IsoDate | None = Field(default=None, description="Last day, included: 2013-12-31 or a date word.")


class DateRangeInput(_Input):
    """A span of days; accessors `.from`, `.to` (dates, included), `.until` (the day after, not included)."""

    type: Literal["date_range"]
    default: DateSpan | IsoDate = Field(
        default="all",
        description="all, {from, to}, or words: `last 90 days`, {from: start_of_month - 3 months, to: today}.",
    )


class NumberSpan(LanguageModel):
    """Two numbers, both included; one left out leaves that end open."""

    min: StrictInt | StrictFloat | None = None
    max: StrictInt | StrictFloat | None = None


class NumberRangeInput(_Input):
    """A span of numbers; accessors `.min`, `.max`."""

    type: Literal["number_range"]
    min: StrictInt | StrictFloat | None = Field(default=None, description="The least number the control offers.")
    max: StrictInt | StrictFloat | None = Field(default=None, description="The greatest number the control offers.")
    step: StrictInt | StrictFloat | None = None
    value_type: Literal["integer", "number", "decimal"] = "number"
    default: NumberSpan | Literal["all"] = "all"


class TextInput(_Input):
    """Free text; accessor `.value`. Empty text restricts nothing."""

    type: Literal["text"]
    default: Annotated[str, Field(max_length=1000)] = ""


class ToggleInput(_Input):
    """On or off; accessor `.value`."""

    type: Literal["toggle"]
    default: StrictBool = False


InputSpec = Annotated[
    SelectInput | MultiSelectInput | DateRangeInput | NumberRangeInput | TextInput | ToggleInput,
    Field(discriminator="type"),
]


class Interaction(BaseModel):
    """Exactly one of filter, split or sort."""

    model_config = ConfigDict(extra="forbid", frozen=True, json_schema_extra={"minProperties": 1, "maxProperties": 1})

    filter: Expression | None = Field(default=None, description="Rows to keep. Every AND part is placed by itself.")
    split: Expression | None = Field(default=None, description="One series for each of its values.")
    sort: Expression | None = Field(default=None, description="Order of the rows: `delay DESC, carrier`.")

    @property
    def kind(self) -> Literal["filter", "split", "sort"]:
        """Which of the three it is."""
        return "filter" if self.filter is not None else "split" if self.split is not None else "sort"

    @property
    def text(self) -> str:
        """Its expression."""
        return self.filter or self.split or self.sort or ""


PropName = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]{0,62}$")]


class InsightSpec(LanguageModel):
    """What is computed from one query's result, in DuckDB expressions over its columns."""

    query: Slug = Field(description="The query it computes from.")
    props: dict[PropName, Expression] = Field(
        default_factory=dict, max_length=40, description="What a view draws: x, y, color, value …"
    )
    columns: dict[PropName, Expression] = Field(
        default_factory=dict, max_length=100, description="Further columns, for tables."
    )
    interactions: Annotated[list[Interaction], Field(max_length=40)] = Field(
        default_factory=list, description="In order: each exactly one of filter, split, sort."
    )
    limit: Annotated[int, Field(strict=True, ge=1, le=100_000)] | None = Field(
        default=None, description="At most this many rows (10,000 when left out)."
    )
    description: Description | None = None
