/** How the device in front of the person is called: "HP", on a desk "laptop ini". */
export const desk = typeof matchMedia === 'function' && matchMedia('(min-width: 1024px) and (pointer: fine)').matches;
export const hp = desk ? 'laptop ini' : 'HP';
export const here = desk ? 'laptop ini' : 'HP ini';
