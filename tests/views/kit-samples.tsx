import type { Child } from "hono/jsx";
import { Customise } from "#views/customise.tsx";
import { FragmentBody, LiveUpdate, Stream } from "#views/dashboard.tsx";
import {
  BarChart,
  CheckField,
  Empty,
  Facts,
  Form,
  LineChart,
  Metric,
  Metrics,
  Progress,
  SelectField,
  Table,
  Tabs,
  TextAreaField,
  TextField,
} from "#views/kit/index.ts";

/** Samples of the kit and of what is around fragments, every text hostile. */
export function kitSamples(hostile: string): Record<string, Child[]> {
  const context = { href: `/fragments/x${hostile}`, id: "fragment-x", query: new URLSearchParams({ a: hostile }) };
  const sorted = { ...context, query: new URLSearchParams({ "t-sort": "-name", "t-page": "2" }) };
  const field = { context, name: "text", label: hostile, value: hostile, hint: hostile, error: hostile };
  const chart = {
    title: hostile,
    description: hostile,
    labels: [hostile, "b", "c"],
    series: { [hostile]: [1, -2, 3] },
  };
  const two = {
    ...chart,
    heading: true,
    series: { a: [1, 2, 3], [hostile]: [3, Number.NaN, 1] },
    format: () => hostile,
  };
  const rows = Array.from({ length: 12 }, (_, i) => ({ name: hostile + i }));
  const columns = [{ key: "name", title: hostile, number: true } as const];
  return {
    BarChart: [<BarChart {...chart} />, <BarChart {...two} />, <BarChart title={hostile} labels={[]} series={{}} />],
    CheckField: [<CheckField context={context} name="yes" label={hostile} checked />],
    Customise: [
      <Customise places={[true, false].map((hidden) => ({ name: `x${hidden}`, title: hostile, hidden }))} saved />,
    ],
    Empty: [<Empty title={hostile}>{hostile}</Empty>],
    Facts: [<Facts facts={{ [hostile]: hostile }} />],
    Form: [
      <Form context={{ ...context, href: "/fragments/x" }} path="/add" submit={hostile}>
        {hostile}
      </Form>,
    ],
    FragmentBody: [
      <FragmentBody id="fragment-x" href={hostile} refresh="5s" load>
        {hostile}
      </FragmentBody>,
    ],
    LineChart: [
      <LineChart {...chart} />,
      <LineChart {...two} />,
      <LineChart title="" labels={["a"]} series={{ a: [1] }} />,
    ],
    LiveUpdate: [<LiveUpdate id={hostile}>{hostile}</LiveUpdate>],
    Metric: [
      <Metric label={hostile} value={hostile} delta={hostile} trend={[1, 1]} />,
      <Metric label="a" value={1} delta={-1} />,
    ],
    Metrics: [<Metrics>{hostile}</Metrics>],
    Progress: [<Progress label={hostile} value={3} max={7} />, <Progress label={hostile} />],
    SelectField: [<SelectField {...field} options={{ [hostile]: hostile }} />],
    Stream: [<Stream href={hostile} />, <Stream href={undefined} />],
    Table: [
      <Table context={context} title={hostile} rows={rows} columns={columns} />,
      <Table context={sorted} title={hostile} rows={rows} columns={columns} />,
      <Table context={context} title={hostile} rows={[]} columns={columns} />,
    ],
    Tabs: [<Tabs context={context} tabs={[{ key: "a", title: hostile, content: () => hostile }]} />],
    TextAreaField: [<TextAreaField {...field} />],
    TextField: [<TextField {...field} required />],
  };
}
