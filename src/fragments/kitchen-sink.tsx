import { defineFragment, type FormErrors, type FragmentContext, form, part, z } from "#src/fragment.ts";
import {
  BarChart,
  CheckField,
  Empty,
  Facts,
  Form,
  LineChart,
  Metric,
  Metrics,
  Notice,
  Progress,
  SelectField,
  Table,
  Tabs,
  TextAreaField,
  TextField,
} from "#views/kit/index.ts";

/** Every part of the kit, with made-up figures: to look things up, and to see at a glance whether all look well. */
export default defineFragment({
  title: { en: "Kitchen sink", de: "Musterküche" },
  description: {
    en: "Every part a panel can be made of, with sample figures",
    de: "Alles, woraus ein Bereich bestehen kann, mit Beispielzahlen",
  },
  order: 900,
  size: "full",
  height: 4,
  can: (user) => user.role === "admin",
  render: (context) => (
    <Tabs
      context={context}
      tabs={[
        { key: "figures", title: "Figures", content: Figures },
        { key: "charts", title: "Charts", content: Charts },
        { key: "table", title: "Table", content: () => <Planets context={context} /> },
        { key: "form", title: "Form", content: () => <Order context={context} /> },
        { key: "job", title: "Job", content: () => <Job context={context} /> },
        { key: "words", title: "Words", content: Words },
      ]}
    />
  ),
  live: async function* ({ id, user, every }) {
    for await (const _ of every("1s")) yield part(`${id}-job`, <JobState done={jobs.get(user.id)} />);
  },
  routes: (r) => {
    r.post(
      "/order",
      form(Ordered, (context, errors, posted) => <Order {...{ context, errors, posted }} />),
      (_, order) => (
        <Notice tone="good">
          {order.amount} × {order.dish}, {order.spicy ? "spicy" : "mild"}. Enjoy!
        </Notice>
      ),
    );
    r.post("/job", form(z.object({})), (context) => {
      startJob(context.user.id);
      return <Job context={context} />;
    });
  },
});

const Figures = () => (
  <Metrics>
    <Metric label="People" value={1284} delta={12} trend={[3, 5, 4, 8, 9, 12, 12]} />
    <Metric label="Open tickets" value={37} delta={-4} better="down" />
    <Metric label="Errors" value={9} delta={2} better="down" trend={[1, 0, 4, 2, 7, 9]} />
    <Metric label="Status" value="Online" />
  </Metrics>
);

const MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul"];

const Charts = () => (
  <div class="stack">
    <LineChart
      heading
      title="Visitors"
      description="Thousands per month"
      labels={MONTHS}
      series={{ Web: [12, 14, 11, 18, 21, 19, 25], App: [4, 6, 9, 9, 14, 17, 16] }}
    />
    <BarChart
      heading
      title="Result"
      labels={MONTHS}
      series={{ Plan: [5, 5, 6, 6, 7, 7, 8], Actual: [4, 6, -2, 7, 9, 5, 8] }}
      format={(value) => `€ ${value}`}
    />
  </div>
);

const PLANETS = [
  { name: "Mercury", moons: 0, days: 88 },
  { name: "Venus", moons: 0, days: 225 },
  { name: "Earth", moons: 1, days: 365 },
  { name: "Mars", moons: 2, days: 687 },
  { name: "Jupiter", moons: 97, days: 4333 },
  { name: "Saturn", moons: 274, days: 10_759 },
  { name: "Uranus", moons: 29, days: 30_687 },
  { name: "Neptune", moons: 16, days: 60_190 },
];

const Planets = ({ context }: { context: FragmentContext }) => (
  <Table
    context={context}
    title="Planets"
    rows={PLANETS}
    pageSize={5}
    columns={[
      { key: "name", title: "Planet", cell: ({ name }) => <strong>{name}</strong> },
      { key: "moons", title: "Moons", number: true },
      { key: "days", title: "Days a year", number: true, cell: ({ days }) => context.language.number.format(days) },
    ]}
  />
);

const Ordered = z.object({
  dish: z.enum(["Soup", "Curry"], { error: "Choose a dish." }),
  amount: z.coerce
    .number({ error: "Write a number." })
    .int()
    .min(1, { error: "At least one." })
    .max(9, { error: "At most nine." }),
  note: z.string().max(200, { error: "At most 200 characters." }),
  spicy: z.literal("on").optional(),
});

type OrderProps = { context: FragmentContext; errors?: FormErrors; posted?: Readonly<Record<string, string>> };

const Order = ({ context, errors = {}, posted = {} }: OrderProps) => (
  <Form context={context} path="/order" submit="Order">
    <SelectField
      context={context}
      name="dish"
      label="Dish"
      options={{ "": "Choose", Soup: "Soup", Curry: "Curry" }}
      value={posted.dish}
      error={errors.dish}
    />
    <TextField
      context={context}
      name="amount"
      label="Amount"
      inputmode="numeric"
      value={posted.amount}
      error={errors.amount}
    />
    <TextAreaField
      context={context}
      name="note"
      label="Note"
      rows={2}
      value={posted.note}
      error={errors.note}
      hint="Allergies, for example"
    />
    <CheckField context={context} name="spicy" label="Spicy" checked={posted.spicy === "on"} />
  </Form>
);

const STEPS = 20;
const STEP_MS = 250;
/** Steps done, by person. In the memory of this process; where several serve, a real job belongs into a table. */
const jobs = new Map<number, number>();

function startJob(userId: number): void {
  if ((jobs.get(userId) ?? STEPS) < STEPS) return;
  jobs.set(userId, 0);
  const timer = setInterval(() => {
    const done = (jobs.get(userId) ?? 0) + 1;
    jobs.set(userId, done);
    if (done >= STEPS) clearInterval(timer);
  }, STEP_MS);
}

const Job = ({ context }: { context: FragmentContext }) => (
  <Form context={context} path="/job" submit="Start the job">
    <div id={`${context.id}-job`}>
      <JobState done={jobs.get(context.user.id)} />
    </div>
  </Form>
);

const JobState = ({ done }: { done: number | undefined }) =>
  done === undefined ? (
    <p class="muted">Not started.</p>
  ) : (
    <Progress label="Counting to twenty" value={done} max={STEPS} />
  );

const Words = () => (
  <div class="stack">
    <Facts facts={{ Version: "1.4", Region: "North", Owner: "bob" }} />
    <Notice>Backups run at night.</Notice>
    <Notice tone="good">All is well.</Notice>
    <Notice tone="warn">The disk is 80 % full.</Notice>
    <Notice tone="bad">The last backup failed.</Notice>
    <Empty title="No reports yet">They appear here as soon as somebody writes one.</Empty>
  </div>
);
