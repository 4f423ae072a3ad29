// One question of a view at a time: the answer of the last one asked, whether it is on its way, and
// what went wrong. A newer question ends the older one; leaving the view ends all.
//
//   const { answer, problem, busy, ask } = use_asking<Answer>()
//   ask((signal) => get<Answer>('/stops', {}, signal))
import { onBeforeUnmount, ref, shallowRef } from 'vue'
import { ApiProblem, is_aborted, problem_of } from './client'

export function use_asking<T>(on_failure: () => void = () => undefined) {
  const answer = shallowRef<T | null>(null)
  const problem = ref<ApiProblem | null>(null)
  const busy = ref(false)
  let asked: AbortController | null = null

  async function ask(question: (signal: AbortSignal) => Promise<T>) {
    asked?.abort()
    const mine = new AbortController()
    asked = mine
    problem.value = null
    busy.value = true
    try {
      const found = await question(mine.signal)
      if (asked === mine) answer.value = found
    } catch (error) {
      if (is_aborted(error) || asked !== mine) return
      problem.value = problem_of(error)
      answer.value = null
      on_failure()
    }
    if (asked === mine) busy.value = false
  }

  // Asks nothing more, and shows nothing.
  function forget() {
    asked?.abort()
    asked = null
    problem.value = null
    answer.value = null
    busy.value = false
  }

  onBeforeUnmount(() => asked?.abort())
  return { answer, problem, busy, ask, forget }
}
