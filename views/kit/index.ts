/** Ready-made parts for fragments. README: "The kit"; the sample `src/fragments/kitchen-sink.tsx` shows every one. */
export { FormError, Notice } from "../field.tsx";
export { BarChart, LineChart } from "./chart.tsx";
export { CheckField, Form, SelectField, TextAreaField, TextField } from "./form.tsx";
export { Empty, Facts, Progress } from "./message.tsx";
export { Metric, Metrics } from "./metric.tsx";
export type { Place } from "./place.ts";
export { type Column, Table } from "./table.tsx";
export { Tabs } from "./tabs.tsx";
