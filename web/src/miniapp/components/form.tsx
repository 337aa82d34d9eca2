import { useEffect, useMemo, useRef, useState, useSyncExternalStore, type FormEvent } from 'react';
import { Spinner } from '../../components/common/Spinner';
import { t } from '../../i18n';
import { fieldsOf, filled, type Field, type Wrong } from '../form';
import { onOf, propsOf, textOf } from '../node';
import { FormContext, useBusy, useView, type FormState, type PartProps } from './context';
import { Children, type Parts } from './NodeView';

const nothing: ReadonlyMap<string, string> = new Map();

function Form({ node, id }: PartProps): JSX.Element {
  const view = useView();
  const busy = useBusy(id);
  const element = useRef<HTMLFormElement>(null);
  const [wrong, setWrong] = useState<Readonly<Record<string, Wrong>>>({});
  const fromApp = useSyncExternalStore(view.subscribe, () => view.get().invalid);
  const invalid = fromApp && (fromApp.form === null || fromApp.form === id) ? fromApp.fields : nothing;
  const { on, submit } = propsOf(node);
  const action = onOf(on);

  const state: FormState = useMemo(
    () => ({
      wrong,
      invalid,
      changed: (field, name) => {
        setWrong((now) => (field in now ? without(now, field) : now));
        if (name !== undefined && invalid.has(name)) view.take({ type: 'corrected', name });
      },
    }),
    [view, wrong, invalid],
  );

  const send = (event: FormEvent): void => {
    event.preventDefault();
    // A form in a dialog of another form is sent alone.
    event.stopPropagation();
    if (busy) return;
    const fields = fieldsOf(node, id);
    const { values, typed, wrong: found } = filled(fields, view.inputs);
    setWrong(found);
    const first = fields.find((field) => field.id in found);
    if (first) return show(first);
    if (action) view.act({ on: action, by: id, values, typed });
  };

  // What the app found wrong is shown as what was found here.
  useEffect(() => {
    const first = fieldsOf(node, id).find((field) => invalid.has(field.name));
    if (first && fromApp?.form === id) show(first);
    // Once for each answer, not when a field is corrected.
  }, [fromApp?.answer]);

  /** Opens the tabs that the field is in, and puts the focus there. */
  const show = (field: Field): void => {
    for (const tab of field.tabs) view.inputs.set(tab.id, tab.index, tab.selected);
    setTimeout(() => {
      const box = element.current?.querySelector(`[data-field="${CSS.escape(field.id)}"]`);
      box?.querySelector<HTMLElement>('input:not([hidden]), select, textarea, button, [tabindex]')?.focus();
    }, 0);
  };

  return (
    <form ref={element} className="mini-form" noValidate onSubmit={send} aria-busy={busy}>
      <FormContext.Provider value={state}>
        <Children node={node} id={id} />
      </FormContext.Provider>
      <button type="submit" className={`mini-button primary full ${busy ? 'busy' : ''}`} aria-busy={busy}>
        <span dir="auto">{textOf(submit) ?? t('miniapp.submit')}</span>
        {busy && <Spinner small />}
      </button>
    </form>
  );
}

function without(wrong: Readonly<Record<string, Wrong>>, id: string): Readonly<Record<string, Wrong>> {
  const { [id]: _corrected, ...rest } = wrong;
  return rest;
}

export const forms: Parts = { form: Form };
